"""Guides, institutions, directories, gazette, and the list of what is withheld."""
