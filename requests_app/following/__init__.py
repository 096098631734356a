"""What the applicant sees: the receipt, where it stands, letters and files, rating and complaint."""
