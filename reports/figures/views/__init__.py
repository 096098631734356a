"""HTTP of the figures: citizens and desk apart."""
