from django.db import migrations
from django.db.models.functions import TruncDate


def fill(apps, schema_editor):
    """The local day of every version finished so far."""
    rows = apps.get_model("disclosure", "Revision").objects.filter(finished_at__isnull=False)
    rows.update(finished_on=TruncDate("finished_at"))


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0003_archived_and_dropped")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
