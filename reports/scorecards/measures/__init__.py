"""Computed measures: a code → what was found at each body, set-based, with evidence and its article."""
