"""Citizens' addresses of the catalogue."""

from django.urls import path

from catalog import converters  # noqa: F401  registers "key"
from catalog.views import feeds, machines, public

app_name = "catalog"
urlpatterns = [
    path("documents/", public.documents, name="browse"),
    path("documents/<key:pk>/", public.document, name="document"),
    path("documents/<key:pk>/beside/<key:interpretation_pk>/", public.beside, name="beside"),
    path("documents/<key:pk>/qr.svg", machines.qr, name="qr"),
    path("files/<key:pk>/<str:name>", public.attachment, name="attachment"),
    path("columns/", public.columns, name="columns"),
    path("columns/<slug:slug>/", public.column, name="column"),
    path("areas/<slug:slug>/", public.key_area, name="key_area"),
    path("departments/", public.departments, name="departments"),
    path("departments/<slug:code>/", public.department, name="department"),
    path("interpretations/", public.interpretations, name="interpretations"),
    path("guide/", public.guide, name="guide"),
    path("data/", machines.data, name="data"),
    path("data/catalog.jsonld", machines.dcat, name="dcat"),
    path("search/suggest/", machines.suggest, name="suggest"),
    path("feed/", feeds.atom, name="feed"),
    path("feed/rss/", feeds.rss, name="feed_rss"),
    path("sitemap.xml", feeds.sitemap_index, name="sitemap_index"),
    path("sitemap-<key:page>.xml", feeds.sitemap, name="sitemap"),
    path("robots.txt", machines.robots, name="robots"),
]
