"""HTTP of the case page and the decision."""
