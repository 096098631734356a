"""Citizens' addresses of what the publishing side keeps."""

from django.urls import path

from catalog import converters  # noqa: F401  registers "key"
from disclosure.registers.views import public as registers_public
from disclosure.rounds.views import public as cleanups

app_name = "disclosure_public"
urlpatterns = [
    path("cleanup/", cleanups.results, name="cleanups"),
    path("cleanup/<key:pk>/", cleanups.result, name="cleanup"),
    path("cleanup/<key:pk>/result.csv", cleanups.result_table, name="cleanup_table"),
    path("directory/", registers_public.directories, name="directories"),
    path("directory/<slug:code>/", registers_public.directory, name="directory"),
    path("directory/<slug:code>.xlsx", registers_public.directory_sheet, name="directory_sheet"),
    path("institutions/", registers_public.institutions, name="institutions"),
    path("institutions/<slug:code>/", registers_public.institution, name="institution"),
    path("guides/", registers_public.guides, name="guides"),
    path("guides/<slug:code>/", registers_public.guide, name="guide"),
    path("gazette/", registers_public.gazette, name="gazette"),
    path("gazette/<key:year>/<key:number>/", registers_public.gazette_issue, name="gazette_issue"),
    path("gazette/<key:year>/<key:number>/issue.<slug:extension>", registers_public.gazette_file, name="gazette_file"),
]
