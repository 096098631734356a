"""The frame: themes, error pages, headers, no way out of the machine."""

import re
import socket
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import Settings

from tests.cast import Cast


@pytest.mark.parametrize("theme", settings.THEMES)
@pytest.mark.django_db
def test_a_chosen_theme_is_remembered_and_shown(theme: str) -> None:
    client = Client()
    response = client.post("/theme/", {"theme": theme, "next": "/guide/?a=1"})
    assert (response.status_code, response["Location"]) == (302, "/guide/?a=1")
    cookie = response.cookies["theme"]
    assert (cookie.value, cookie["samesite"]) == (theme, "Lax")
    page = client.get("/guide/")
    assert f'data-theme="{theme}"' in page.content.decode()
    assert "Cookie" in page["Vary"]


@pytest.mark.parametrize("theme", ["", "x", "large; HttpOnly", '"><script>', "large\r\nSet-Cookie: a=b"])
@pytest.mark.django_db
def test_an_unknown_theme_is_not_remembered(theme: str) -> None:
    client = Client()
    response = client.post("/theme/", {"theme": theme})
    assert response.status_code == 302
    assert "theme" not in response.cookies
    client.cookies["theme"] = "x"
    assert 'data-theme="standard"' in client.get("/guide/").content.decode()


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example", "http:evil.example", "///evil.example", "\\\\evil.example", "/\\evil.example",
     "javascript:alert(1)", "data:text/html,x", "\x00//evil.example", "\t//evil.example", " //evil.example", "", "//testserver@evil.example"],
)  # fmt: skip
def test_the_way_back_never_leads_to_another_site(target: str) -> None:
    response = Client().post("/theme/", {"theme": "large", "next": target})
    assert (response.status_code, response["Location"]) == (302, "/")


def test_a_line_break_in_the_way_back_makes_no_header() -> None:
    response = Client().post("/theme/", {"theme": "large", "next": "/a\r\nSet-Cookie: x=y"})
    assert "x" not in response.cookies
    assert "\n" not in response.get("Location", "")


def test_choosing_a_theme_is_a_post() -> None:
    assert Client().get("/theme/").status_code == 405


@pytest.mark.django_db
def test_an_unknown_address_offers_search_and_says_404_in_chinese() -> None:
    response = Client().get("/没有这一页/")
    text = response.content.decode()
    assert response.status_code == 404
    assert 'name="q"' in text
    assert "<h1" in text


def test_an_error_of_the_server_needs_nothing_that_may_be_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    response = Client(raise_request_exception=False).get("/guide/")  # no database in this test
    assert response.status_code == 500
    assert "<h1" in response.content.decode()


@pytest.mark.django_db
def test_a_foreign_host_name_is_refused(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["www.example.gov.cn"]
    response = Client().get("/", headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert "evil.example" not in response.content.decode()


@pytest.mark.django_db
def test_pages_carry_a_strict_policy_and_no_inline_script() -> None:
    response = Client().get("/guide/")
    policy = response["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"


@pytest.mark.django_db
def test_desks_ask_for_a_name_and_are_kept_by_no_cache(cast: Cast) -> None:
    response = Client().get("/desk/")
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")
    client = Client()
    client.force_login(cast.lisi)
    page = client.get("/desk/")
    assert page.status_code == 200
    assert "no-cache" in page["Cache-Control"] or "no-store" in page["Cache-Control"]


def test_tests_cannot_leave_the_machine() -> None:
    with socket.socket() as one, pytest.raises(PermissionError, match="stay on this machine"):
        one.connect(("192.0.2.1", 80))
    with pytest.raises(OSError):
        socket.create_connection(("example.com", 80), timeout=1)
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen()
        client.connect(server.getsockname())


def test_a_form_whose_token_does_not_hold_is_told_in_chinese() -> None:
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "lisi"})
    assert response.status_code == 403
    assert "表单已经失效" in response.content.decode()


def test_every_included_part_with_a_form_is_given_the_token() -> None:
    templates = Path(settings.BASE_DIR) / "templates"
    said = {path: path.read_text(encoding="utf-8") for path in templates.rglob("*.html")}
    with_forms = [str(path.relative_to(templates)) for path, text in said.items() if "{% csrf_token %}" in text]
    faults = [
        f"{path.name}: {call}"
        for path, text in said.items()
        for name in with_forms
        for call in re.findall(rf'{{% include "{re.escape(name)}"[^%]* only %}}', text)
        if "csrf_token=csrf_token" not in call and "may_manage=False" not in call
    ]
    assert not faults, "\n".join(faults)
