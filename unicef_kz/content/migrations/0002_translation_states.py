"""What a translation was made from is kept as text, so that a change can be shown."""

import hashlib

from django.db import migrations, models


def originals(apps, schema_editor):
    """The digest of the original says whether the text of today is still the one translated."""
    Translation = apps.get_model("content", "Translation")
    for note in Translation.objects.select_related("content_type"):
        kind = note.content_type
        model = apps.get_model(kind.app_label, kind.model)
        record = model._base_manager.filter(pk=note.object_id).first()
        if record is None:
            continue
        columns = {field.name for field in model._meta.fields}
        code = record.source_language
        names = sorted(name for name in columns if {f"{name}_en", f"{name}_kk"} <= columns)
        texts = {name: getattr(record, f"{name}_{code}") or "" for name in names}
        digest = hashlib.sha256("\x1f".join(texts.values()).encode()).hexdigest()
        note.is_stale = note.source_digest != digest
        note.source_texts = {} if note.is_stale else texts
        note.save(update_fields=["is_stale", "source_texts"])


class Migration(migrations.Migration):

    dependencies = [
        ('content', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='translation',
            name='is_stale',
            field=models.BooleanField(default=False, editable=False, verbose_name='older than the original'),
        ),
        migrations.AddField(
            model_name='translation',
            name='source_texts',
            field=models.JSONField(default=dict, editable=False, help_text='The original that each field was translated from, by the name of the field.'),
        ),
        migrations.AlterField(
            model_name='auditentry',
            name='action',
            field=models.CharField(choices=[('submit', 'Submitted'), ('return', 'Returned'), ('approve', 'Approved'), ('publish', 'Published'), ('edit', 'Changed in public'), ('withdraw', 'Withdrawn'), ('translation', 'Translation reviewed')], max_length=20, verbose_name='step'),
        ),
        migrations.RunPython(originals, migrations.RunPython.noop, elidable=True),
        migrations.RemoveField(
            model_name='translation',
            name='source_digest',
        ),
    ]
