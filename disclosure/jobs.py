"""Background work of the room."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from disclosure.importing.faults import FileFault, LostRun
from disclosure.importing.readers import Source
from disclosure.importing.run import Importer, choose_mapping
from disclosure.models import ImportRun
from disclosure.services import begin_run, fail_run, finish_run
from jobs.models import Job
from jobs.registry import Continue, GiveUp, Slice, handler
from workflow.services import Refused


@handler("import_documents")
def run_import(job: Job, work: Slice) -> None:
    """Import an uploaded file in slices; goes on after the position stored with the rows. A trial runs in one go."""
    run = ImportRun.objects.select_related("department", "approver", "started_by").get(pk=job.payload["run"])
    if run.is_over:
        return
    try:
        with _local(run) as path:
            _import(run, path, job, work)
    except LostRun:
        return
    except (FileFault, PermissionDenied, Refused) as fault:
        fail_run(run=run, message=str(fault), at=timezone.now())
        raise GiveUp(str(fault)) from fault


def _import(run: ImportRun, path: Path, job: Job, work: Slice) -> None:
    mapping = choose_mapping(path, run.mapping, run.file_name)
    begin_run(run=run, mapping=mapping.name, source=mapping.source)
    source = Source(path, run.file_name)

    def between_slices() -> None:
        work.progress(run.percent, 100, f"已处理到第 {run.position} 行")
        if work.out_of_time() and not run.dry_run:
            raise Continue(job.payload)

    try:
        Importer(run, run.started_by, source, mapping, timezone.now(), on_slice=between_slices).go()
        finish_run(run=run, at=timezone.now())
    finally:
        source.close()


@contextmanager
def _local(run: ImportRun) -> Iterator[Path]:
    """A path on this machine with the uploaded file; a copy when the storage is remote."""
    if not run.file or not run.file.storage.exists(str(run.file.name)):
        raise FileFault("上传的文件已不存在")
    path = _path(run)
    if path is not None:
        yield path
        return
    with tempfile.NamedTemporaryFile(prefix="import-") as copy, run.file.open("rb") as content:
        shutil.copyfileobj(content, copy)
        copy.flush()
        yield Path(copy.name)


def _path(run: ImportRun) -> Path | None:
    try:
        return Path(run.file.path)
    except NotImplementedError:
        return None
