"""A translation keeps its own text too, so that a change of it is seen, whoever makes it."""

from django.db import migrations, models


def own_texts(apps, schema_editor):
    """Those of the rows follow with the next save of their record."""
    for note in apps.get_model("content", "Translation").objects.select_related("content_type"):
        model = apps.get_model(note.content_type.app_label, note.content_type.model)
        record = model._base_manager.filter(pk=note.object_id).first()
        names = (name for name in note.source_texts if hasattr(record, f"{name}_{note.language}"))
        texts = {name: getattr(record, f"{name}_{note.language}") for name in names}
        note.texts = {name: text for name, text in texts.items() if text}
        note.save(update_fields=["texts"])


class Migration(migrations.Migration):

    dependencies = [
        ('content', '0008_imported_from_a_file'),
    ]

    operations = [
        migrations.AddField(
            model_name='translation',
            name='is_partial',
            field=models.BooleanField(default=False, editable=False, help_text='A row of the record has no text in this language.'),
        ),
        migrations.AddField(
            model_name='translation',
            name='texts',
            field=models.JSONField(default=dict, editable=False, help_text='What was made from them.'),
        ),
        migrations.RunPython(own_texts, migrations.RunPython.noop, elidable=True),
    ]
