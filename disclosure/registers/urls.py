"""Addresses of the registers' desk, below `registers/`; names belong to the namespace `disclosure`."""

from django.urls import path, re_path

from catalog import converters  # noqa: F401  registers "key"
from disclosure.registers.views import desk as registers
from disclosure.registers.views import gazette
from disclosure.watch import views as watch

_OF = r"^(?P<code>[-\w]+)/(?P<kind>guide|institution)/"

urlpatterns = [
    path("", registers.entrance, name="registers"),
    path("check/", registers.check_city, name="register_check_city"),
    path("gazette/", gazette.issues, name="register_gazette"),
    path("gazette/new/", gazette.issue, name="register_new_issue"),
    path("gazette/<key:pk>/", gazette.issue, name="register_issue"),
    path("gazette/<key:pk>/publish/", gazette.publish_issue, name="register_publish_issue"),
    path("watch/", watch.findings, name="watch"),
    path("watch/promises/", watch.promises, name="watch_promises"),
    path("watch/promises/<key:pk>/delete/", watch.delete_promise, name="watch_delete_promise"),
    path("<slug:code>/guide/", registers.edition, {"kind": "guide"}, name="register_guide"),
    path("<slug:code>/institution/", registers.edition, {"kind": "institution"}, name="register_institution"),
    re_path(rf"{_OF}publish/$", registers.publish_edition, name="register_publish"),
    re_path(rf"{_OF}(?P<number>[0-9]{{1,9}})/$", registers.edition_version, name="register_version"),
    path("<slug:code>/directory/", registers.directory, name="register_directory"),
    path("<slug:code>/directory/new/", registers.entry, name="register_new_entry"),
    path("<slug:code>/directory/publish/", registers.publish_directory, name="register_publish_directory"),
    path("<slug:code>/directory/<key:pk>/", registers.entry, name="register_entry"),
    path("<slug:code>/directory/<key:pk>/active/", registers.entry_active, name="register_entry_active"),
    path("<slug:code>/directory/<key:number>.xlsx", registers.directory_sheet, name="register_directory_sheet"),
    path("<slug:code>/check/", registers.check, name="register_check"),
    path("<slug:code>/exempt/", registers.exempt, name="register_exempt"),
    path("<slug:code>/exempt.xlsx", registers.exempt_sheet, name="register_exempt_sheet"),
]
