import django.db.models.deletion
import django.utils.timezone
import unicef_kz.content.search.index
from django.db import migrations, models

#: FTS5 has no update either: rows are deleted and inserted, and so are their words.
SQL = {
    "postgresql": [
        "CREATE INDEX content_search_head ON content_searchentry USING gin (head)",
        "CREATE INDEX content_search_whole ON content_searchentry USING gin (whole)",
    ],
    "sqlite": [
        "CREATE VIRTUAL TABLE content_search USING fts5(head, whole, tokenize='ascii', prefix='3',"
        " content='content_searchentry', content_rowid='id')",
        "CREATE TRIGGER content_search_insert AFTER INSERT ON content_searchentry BEGIN"
        " INSERT INTO content_search (rowid, head, whole) VALUES (new.id, new.head, new.whole);"
        " END",
        "CREATE TRIGGER content_search_delete AFTER DELETE ON content_searchentry BEGIN"
        " INSERT INTO content_search (content_search, rowid, head, whole)"
        " VALUES ('delete', old.id, old.head, old.whole); END",
    ],
}
UNDO = {"postgresql": [], "sqlite": ["DROP TABLE content_search"]}


def run(statements):
    def code(apps, schema_editor):
        for statement in statements[schema_editor.connection.vendor]:
            schema_editor.execute(statement)

    return code


class Migration(migrations.Migration):

    dependencies = [
        ('content', '0009_texts_of_translations'),
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('object_id', models.PositiveBigIntegerField(editable=False)),
                ('head', unicef_kz.content.search.index.TokensField()),
                ('whole', unicef_kz.content.search.index.TokensField()),
                ('ranking', models.TextField()),
                ('recency', models.IntegerField()),
                ('slug', models.CharField(max_length=100)),
                ('written_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('content_type', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, to='contenttypes.contenttype')),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('content_type', 'object_id'), name='one_search_entry')],
            },
        ),
        migrations.RunPython(run(SQL), run(UNDO)),
    ]
