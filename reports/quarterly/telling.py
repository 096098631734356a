"""The message that an analysis waits for a signature."""

from notices import kinds
from reports.quarterly.services import TO_SIGN


def register_kinds() -> None:
    """Once, when the room is ready."""
    kinds.register(TO_SIGN, "季度分析等待签发", is_optional=True)
