import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stories', '0003_assessment_and_withheld_keys'),
    ]

    operations = [
        migrations.AlterField(
            model_name='consent',
            name='subject',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='stories.subject', verbose_name='person'),
        ),
    ]
