"""The desk of those who review, clear and sign; the versions of a document; the overview of a department."""
