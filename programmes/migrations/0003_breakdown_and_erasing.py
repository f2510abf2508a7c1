from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('programmes', '0002_participation_names_in_languages'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='cycle',
            options={'default_permissions': ('add', 'change', 'delete', 'view', 'publish', 'erase'), 'ordering': ['-earliest', 'slug'], 'verbose_name': 'programme cycle', 'verbose_name_plural': 'programme cycles'},
        ),
        migrations.AlterModelOptions(
            name='indicator',
            options={'default_permissions': ('add', 'change', 'delete', 'view', 'publish', 'erase'), 'ordering': ['slug'], 'verbose_name': 'key figure', 'verbose_name_plural': 'key figures'},
        ),
        migrations.AlterModelOptions(
            name='partner',
            options={'default_permissions': ('add', 'change', 'delete', 'view', 'publish', 'erase'), 'ordering': ['slug'], 'verbose_name': 'partner', 'verbose_name_plural': 'partners'},
        ),
        migrations.AlterModelOptions(
            name='programme',
            options={'default_permissions': ('add', 'change', 'delete', 'view', 'publish', 'erase'), 'ordering': ['position', 'slug'], 'verbose_name': 'programme', 'verbose_name_plural': 'programmes'},
        ),
        migrations.AlterModelOptions(
            name='region',
            options={'default_permissions': ('add', 'change', 'delete', 'view', 'publish', 'erase'), 'ordering': ['slug'], 'verbose_name': 'region', 'verbose_name_plural': 'regions'},
        ),
        migrations.AlterModelOptions(
            name='resource',
            options={'default_permissions': ('add', 'change', 'delete', 'view', 'publish', 'erase'), 'ordering': ['-latest', 'slug'], 'verbose_name': 'resource', 'verbose_name_plural': 'resources'},
        ),
        migrations.AddField(
            model_name='indicator',
            name='broken_down_by',
            field=models.CharField(blank=True, choices=[('', 'nothing'), ('age', 'age'), ('sex', 'sex'), ('status', 'status or circumstances'), ('several', 'several of these')], default='', help_text='What its group is narrowed to, besides the region of a value.', max_length=8, verbose_name='broken down by'),
        ),
    ]
