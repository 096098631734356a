"""The desk of those who write: drafts, the editor, files, other documents named while drafting."""
