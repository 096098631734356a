"""The ledger of problems (问题台账): opened, put right, checked, closed."""
