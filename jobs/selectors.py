"""Reads about jobs for health and progress."""

from datetime import datetime

from jobs.models import Heartbeat, Job, JobState

BEAT_LIMIT_SECONDS = 60  # a worker or scheduler that was silent longer has stopped
WAITING_LIMIT_SECONDS = 300


def oldest_waiting_seconds(at: datetime) -> float:
    """Seconds the oldest claimable job has been waiting; 0 when nothing waits."""
    oldest = Job.objects.claimable(at).order_by("not_before").values_list("not_before", flat=True).first()
    return max(0.0, (at - oldest).total_seconds()) if oldest else 0.0


def seconds_since_beat(name: str, at: datetime) -> float | None:
    """Seconds since the last sign of life of ``name``; None when there never was one."""
    seen = Heartbeat.objects.filter(pk=name).values_list("at", flat=True).first()
    return (at - seen).total_seconds() if seen else None


def latest_for(subject: str) -> Job | None:
    """The newest job about ``subject``."""
    return Job.objects.filter(subject=subject).order_by("-id").first()


def running_count() -> int:
    """How many jobs are under a lease now."""
    return Job.objects.filter(state=JobState.RUNNING).count()
