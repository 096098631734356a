"""Public evaluation (公众评议): questionnaires, anonymous ballots, results."""
