"""The daily look at columns and links."""
