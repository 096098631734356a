"""Messages at the desk."""

from django.urls import path

from notices.views import desk

app_name = "notices"
urlpatterns = [
    path("", desk.notices, name="list"),
    path("<int:pk>/open/", desk.open_notice, name="open"),
    path("read-all/", desk.read_all, name="read_all"),
    path("preferences/", desk.preferences, name="preferences"),
    path("deliveries/", desk.deliveries, name="deliveries"),
    path("deliveries/<int:pk>/resend/", desk.resend, name="resend"),
]
