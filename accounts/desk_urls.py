"""People and the record, for administrators, auditors and oneself."""

from django.urls import path

from accounts.views import desk

app_name = "accounts"
urlpatterns = [
    path("", desk.people, name="people"),
    path("new/", desk.new_person, name="new_person"),
    path("record/", desk.record, name="record"),
    path("mine/", desk.mine, name="mine"),
    path("<int:pk>/", desk.person, name="person"),
    path("<int:pk>/grant/", desk.grant, name="grant"),
    path("<int:pk>/revoke/", desk.revoke, name="revoke"),
    path("<int:pk>/move/", desk.move, name="move"),
    path("<int:pk>/deactivate/", desk.deactivate, name="deactivate"),
    path("<int:pk>/reset-password/", desk.reset_password, name="reset_password"),
    path("<int:pk>/remove-second-factor/", desk.remove_second_factor, name="remove_second_factor"),
]
