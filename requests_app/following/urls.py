"""Addresses of what an applicant follows, below /apply/."""

from django.urls import URLPattern, path

from requests_app.following import views

urlpatterns: list[URLPattern] = [
    path("mine/", views.mine, name="mine"),
    path("follow/", views.follow, name="follow"),
    path("follow/<str:number>/", views.followed, name="followed"),
    path("follow/<str:number>/calendar.ics", views.dates, name="followed_ics"),
    path("follow/<str:number>/take/<str:token>/", views.take, name="followed_take"),
    path("follow/<str:number>/gather/", views.gather, name="followed_gather"),
    path("follow/<str:number>/close/", views.close, name="followed_close"),
    path("follow/<str:number>/<slug:act>/", views.act, name="followed_act"),
]
