"""Sign-in: the doors of allauth that are open here, under allauth's names. Citizens open accounts by a form of ours."""

from allauth.account import views as account
from django.urls import include, path

from accounts.views import public

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("new/", public.open_account, name="account_open"),
    path("logout/", account.logout, name="account_logout"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("2fa/", include("allauth.mfa.urls")),
]
