from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('timeline', '0001_initial'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='milestone',
            options={'default_permissions': ('add', 'change', 'delete', 'view', 'publish', 'erase'), 'ordering': [models.OrderBy(models.F('earliest'), nulls_last=True), 'date', 'slug'], 'verbose_name': 'milestone', 'verbose_name_plural': 'milestones'},
        ),
    ]
