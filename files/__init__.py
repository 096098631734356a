"""WHAT: uploaded files — checking, storing, text extraction, safe download."""
