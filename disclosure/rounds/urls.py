"""Addresses of the rounds' desk, below those of the documents' desk."""

from django.urls import path

from catalog import converters  # noqa: F401  registers "key"
from disclosure.rounds.views import desk as rounds

urlpatterns = [
    path("", rounds.round_list, name="rounds"),
    path("open/", rounds.round_open, name="round_open"),
    path("offers/", rounds.offer_list, name="offers"),
    path("offers/<key:pk>/", rounds.offer, name="offer"),
    path("<key:pk>/", rounds.round_detail, name="round"),
    path("<key:pk>/close/", rounds.round_close, name="round_close"),
    path("<key:pk>/publish/", rounds.round_publish, name="round_publish"),
    path("<key:pk>/items/<key:item_pk>/", rounds.round_item, name="round_item"),
]
