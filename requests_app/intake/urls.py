"""Addresses of the counter, below /desk/requests/."""

from django.urls import URLPattern, path

from requests_app.views import counter

urlpatterns: list[URLPattern] = [
    path("counter/", counter.register, name="counter"),
    path("counter/statement/", counter.statement, name="counter_statement"),
    path("counter/<int:pk>/receipt/", counter.receipt, name="counter_receipt"),
]
