"""HTTP of the catalogue: citizens' pages, feeds, machine interfaces."""
