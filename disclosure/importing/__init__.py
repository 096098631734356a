"""Taking over documents from files: read, map, check, write in slices."""
