"""What can be wrong with a file or a row. Texts are Chinese, for the person who imports."""


class FileFault(Exception):
    """Nothing of the file can be imported."""


class RowFault(Exception):
    """This row cannot be imported."""


class LostRun(FileFault):
    """Another process took the import over; it goes on there, and this one steps aside."""
