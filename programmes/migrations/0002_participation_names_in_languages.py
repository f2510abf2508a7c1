"""The name of a partner at the time, in each language."""

from django.db import migrations, models


def in_english(apps, schema_editor):
    rows = apps.get_model("programmes", "Participation").objects
    rows.update(name_at_time_en=models.F("name_at_time"))


class Migration(migrations.Migration):

    dependencies = [
        ('programmes', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='participation',
            name='name_at_time_en',
            field=models.CharField(blank=True, max_length=250, null=True, verbose_name='name at the time'),
        ),
        migrations.AddField(
            model_name='participation',
            name='name_at_time_kk',
            field=models.CharField(blank=True, max_length=250, null=True, verbose_name='name at the time'),
        ),
        migrations.AddField(
            model_name='participation',
            name='name_at_time_ru',
            field=models.CharField(blank=True, max_length=250, null=True, verbose_name='name at the time'),
        ),
        migrations.RunPython(in_english, migrations.RunPython.noop, elidable=True),
    ]
