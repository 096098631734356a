"""HTTP of quarterly analyses: citizens and desk apart."""
