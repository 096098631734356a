"""What can be wrong with a file. The text of each error is Chinese and meant for the person who uploads."""


class FileRefused(ValueError):
    """The file may not be stored."""


class Unreadable(Exception):
    """The text of a stored file cannot be had."""
