"""Addresses of the clerk's desk, below those of the documents' desk."""

from django.urls import path

from catalog import converters  # noqa: F401  registers "key"
from disclosure.drafts.views import desk as drafts
from disclosure.drafts.views import parts as draft_parts

urlpatterns = [
    path("", drafts.drafts, name="drafts"),
    path("new/", drafts.new, name="draft_new"),
    path("of/<key:pk>/", drafts.begin, name="draft_begin"),
    path("paste/", draft_parts.paste, name="draft_paste"),
    path("find/", draft_parts.find, name="draft_find"),
    path("<key:pk>/", drafts.draft, name="draft"),
    path("<key:pk>/autosave/", drafts.autosave, name="draft_autosave"),
    path("<key:pk>/preview/", draft_parts.preview, name="draft_preview"),
    path("<key:pk>/files/", draft_parts.upload, name="draft_upload"),
    path("<key:pk>/files/<key:file_pk>/", draft_parts.file, name="revision_file"),
    path("<key:pk>/take-back/", draft_parts.take_back, name="draft_take_back"),
    path("<key:pk>/drop/", draft_parts.drop, name="draft_drop"),
]
