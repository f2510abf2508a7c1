from django.core.management import call_command
from django.db import migrations


def make_table(apps, editor):
    """Always, whatever CACHE_URL says now: without the variable it is what settings fall back to."""
    call_command("createcachetable", "cache_entry", database=editor.connection.alias, verbosity=0)


def drop_table(apps, editor):
    editor.execute("DROP TABLE cache_entry")


class Migration(migrations.Migration):
    dependencies = [("unicef_kz", "0001_initial")]
    operations = [migrations.RunPython(make_table, drop_table)]
