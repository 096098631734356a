"""`manage.py load_reference`: columns, key areas, genres and the two-level 主题分类; adds what is missing, changes nothing."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from catalog.models import Column, Genre, KeyArea, Topic

DATA = Path(__file__).resolve().parents[2] / "reference_data.json"


class Command(BaseCommand):
    """Idempotent; what the office renamed or switched off stays so."""

    help = "Load the catalogue's reference data"

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Add missing rows."""
        data = json.loads(DATA.read_text(encoding="utf-8"))
        for position, row in enumerate(data["columns"]):
            Column.objects.get_or_create(slug=row["slug"], defaults=row | {"position": position})
        for position, row in enumerate(data["key_areas"]):
            KeyArea.objects.get_or_create(slug=row["slug"], defaults=row | {"position": position})
        for position, name in enumerate(data["genres"]):
            Genre.objects.get_or_create(name=name, defaults={"position": position})
        for position, (name, children) in enumerate(data["topics"].items()):
            top, _ = Topic.objects.get_or_create(parent=None, name=name, defaults={"position": position})
            for place, child in enumerate(children):
                Topic.objects.get_or_create(parent=top, name=child, defaults={"position": place})
        if options["verbosity"] > 1:
            self.stdout.write(f"{Topic.objects.count()} topics, {Column.objects.count()} columns")
