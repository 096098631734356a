from django.db import migrations, models
from django.db.models import Count
from django.db.models.functions import TruncMonth


def fill(apps, schema_editor):
    """A row for every month in which documents were listed, in the city's time; from now on publishing keeps them."""
    counts = apps.get_model("catalog", "FacetCount").objects
    listed = apps.get_model("catalog", "Document").objects.filter(listed_at__isnull=False).order_by()
    months = listed.annotate(month=TruncMonth("listed_at")).values("month").annotate(number=Count("pk"))
    counts.filter(dimension="month").delete()
    counts.bulk_create(
        counts.model(dimension="month", value=row["month"].year * 100 + row["month"].month, count=row["number"])
        for row in months
    )


def drop(apps, schema_editor):
    """Code from before knows no months and stumbles over their rows."""
    apps.get_model("catalog", "FacetCount").objects.filter(dimension="month").delete()


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_archived_and_dropped")]
    operations = [
        migrations.AlterField(
            model_name="facetcount",
            name="dimension",
            field=models.CharField(
                choices=[
                    ("all", "全部"),
                    ("department", "机构"),
                    ("column", "栏目"),
                    ("topic", "主题"),
                    ("genre", "体裁"),
                    ("key_area", "重点领域"),
                    ("validity", "有效性"),
                    ("year", "年份"),
                    ("month", "月份"),
                ],
                max_length=12,
            ),
        ),
        migrations.RunPython(fill, drop),
    ]
