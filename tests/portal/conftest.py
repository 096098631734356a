"""What the tests of the frame share with those of applications."""

from tests.requests_app.conftest import office

__all__ = ["office"]
