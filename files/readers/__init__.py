"""One module a format, each with ``read(path) -> Iterator[str]``; run only inside the extraction process."""
