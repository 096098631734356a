"""HTTP of the chamber."""
