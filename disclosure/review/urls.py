"""Addresses of the review desk, below those of the documents' desk."""

from django.urls import path

from catalog import converters  # noqa: F401  registers "key"
from disclosure.review.views import desk as review
from disclosure.review.views import overview, versions

urlpatterns = [
    path("review/", review.queue, name="review"),
    path("review/bulk/", review.bulk, name="review_bulk"),
    path("review/<key:pk>/", review.revision, name="revision"),
    path("overview/", overview.overview, name="overview"),
    path("<key:pk>/versions/", versions.versions, name="versions"),
    path("<key:pk>/record.zip", versions.record, name="record"),
]
