"""Background work of the room."""

from files.services import extract_text
from jobs.models import Job
from jobs.registry import Slice, handler


@handler("extract_text")
def run_extract_text(job: Job, work: Slice) -> None:
    """Extract the text of the file named in the payload; bounded by `FILES_EXTRACT_SECONDS`."""
    extract_text(file_id=job.payload["file_id"])
