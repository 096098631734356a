"""Text of PPTX files: slides in their order, each followed by its notes."""

from collections.abc import Iterator
from pathlib import Path

import pptx

from files.readers.flow import text_of


def read(path: Path) -> Iterator[str]:
    """One piece a slide."""
    for slide in pptx.Presentation(str(path)).slides:
        yield text_of(slide._element)
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            yield slide.notes_slide.notes_text_frame.text
