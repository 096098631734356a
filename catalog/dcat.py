"""The catalogue as a DCAT-AP 3 catalogue in JSON-LD: one dataset a column, distributed by API and feed."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.models import Department
from catalog.models import Column

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
}
FREQUENCY = "http://publications.europa.eu/resource/authority/frequency/DAILY"
LANGUAGE = "http://publications.europa.eu/resource/authority/language/ZHO"


def catalogue() -> dict[str, Any]:
    """The whole description; as large as the number of columns, not of documents."""
    base = settings.SITE_URL
    root = Department.objects.filter(depth=1).order_by("path").first()
    publisher = {"@type": "foaf:Agent", "foaf:name": settings.SITE["host_body"]}
    return {
        "@context": CONTEXT,
        "@id": base + reverse("catalog:dcat"),
        "@type": "dcat:Catalog",
        "dct:title": settings.SITE["name"],
        "dct:description": f"{settings.SITE['host_body']}及其部门主动公开的政府信息目录",
        "dct:language": {"@id": LANGUAGE},
        "dct:publisher": publisher | ({"dct:identifier": root.credit_code} if root and root.credit_code else {}),
        "foaf:homepage": {"@id": base + reverse("home")},
        "dcat:service": _service(base),
        "dcat:dataset": [_dataset(column, base, publisher) for column in Column.objects.filter(is_active=True)],
    }


def _service(base: str) -> dict[str, Any]:
    return {
        "@id": base + reverse("catalog_api:documents"),
        "@type": "dcat:DataService",
        "dct:title": "政府信息公开目录接口",
        "dcat:endpointURL": {"@id": base + reverse("catalog_api:documents")},
        "dcat:endpointDescription": {"@id": base + reverse("catalog_api:schema")},
    }


def _dataset(column: Column, base: str, publisher: dict[str, Any]) -> dict[str, Any]:
    api = f"{base}{reverse('catalog_api:documents')}?column={column.slug}"
    feed = f"{base}{reverse('catalog:feed')}?column={column.slug}"
    return {
        "@id": base + column.get_absolute_url(),
        "@type": "dcat:Dataset",
        "dct:title": column.name,
        "dct:description": column.description or f"{column.name}类政府信息",
        "dct:publisher": publisher,
        "dct:accrualPeriodicity": {"@id": FREQUENCY},
        "dcat:landingPage": {"@id": base + column.get_absolute_url()},
        "dcat:distribution": [
            {
                "@type": "dcat:Distribution",
                "dct:title": "JSON",
                "dcat:accessURL": {"@id": api},
                "dcat:mediaType": "application/json",
            },
            {
                "@type": "dcat:Distribution",
                "dct:title": "Atom",
                "dcat:accessURL": {"@id": feed},
                "dcat:mediaType": "application/atom+xml",
            },
        ],
    }
