"""A citizen in front of the guided application: what is typed on each page, and the proof a browser finds."""

import base64
import hashlib
import html
import json
import re
from typing import Any

from django.test import Client

from tests.requests_app.casework import ID_NUMBER

START, CHECK, RECEIPT, DROP = "/apply/", "/apply/check/", "/apply/receipt/", "/apply/drop/"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
WHO = {"applicant_type": "natural_person", "name": "张三", "id_kind": "resident_id", "id_number": ID_NUMBER}
REACH = {"phone": "13800001234", "email": "zhangsan@example.cn", "address": "云岚市青溪区书院路8号"}
WHAT = {"kind": "information", "title": "2025年义务教育阶段学校学位预警名单"}
WAY = {"wanted_form": "electronic", "wanted_delivery": "portal"}


def at(slug: str) -> str:
    return f"/apply/online/{slug}/"


def post(client: Client, slug: str, said: dict[str, Any], **more: Any) -> Any:
    """The answer; for what is not right the page it leads to, where everything typed stands beside its faults."""
    answer = client.post(at(slug), {**said, **more})
    again = answer.headers.get("Location", "")
    return client.get(again) if "?check=1" in again else answer


def filled(client: Client, **pages: dict[str, Any]) -> None:
    """Every page filled in as it should be, but for what the test says."""
    right = {"who": WHO, "reach": REACH, "body": {"body": "jyj"}, "what": WHAT, "way": WAY}
    for slug, said in {**right, **pages}.items():
        post(client, slug, said)


def text(response: Any) -> str:
    return re.sub(r"<[^>]+>|\s+", "", response.content.decode())


def solved(client: Client) -> str:
    """What the browser's script sends: the number found by trying."""
    page = client.get(CHECK).content.decode()
    found = re.search(r'data-proof="([^"]+)"', page)
    assert found
    asked = json.loads(html.unescape(found[1]))
    number = next(
        n
        for n in range(asked["maxNumber"] + 1)
        if hashlib.sha256(f"{asked['salt']}{n}".encode()).hexdigest() == asked["challenge"]
    )
    said = {key: asked[key] for key in ("algorithm", "challenge", "salt", "signature")}
    return base64.b64encode(json.dumps({**said, "number": number}).encode()).decode()


def hand_in(client: Client, **said: Any) -> Any:
    return client.post(CHECK, {"consent": "on", **said})
