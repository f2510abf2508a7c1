from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('content', '0002_translation_states'),
    ]

    operations = [
        migrations.AddField(
            model_name='source',
            name='link_failed_since',
            field=models.DateTimeField(editable=False, null=True, verbose_name='link fails since'),
        ),
    ]
