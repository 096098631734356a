"""HTTP of applications for information."""
