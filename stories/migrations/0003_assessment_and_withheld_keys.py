import django.db.models.deletion
import stories.withheld
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('programmes', '0003_breakdown_and_erasing'),
        ('stories', '0002_photo_consent'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='story',
            options={'default_permissions': ('add', 'change', 'delete', 'view', 'publish', 'erase'), 'ordering': ['-latest', 'slug'], 'permissions': [('approve_story', 'Can approve stories about children')], 'verbose_name': 'story', 'verbose_name_plural': 'stories'},
        ),
        migrations.AddField(
            model_name='story',
            name='risk_assessment',
            field=models.TextField(blank=True, help_text='Never public. Needed to show a child who is a refugee, displaced, returned from a conflict, a survivor of violence, in residential care, ill or with a disability: what could happen, how likely it is, what is done against it, why showing is worth it.', verbose_name='risk assessment'),
        ),
        # Words hashed before are of an unknown key, so the site asks to enter them again.
        migrations.AddField(
            model_name='withheldword',
            name='key',
            field=models.CharField(default='', editable=False, max_length=8),
        ),
        migrations.AlterField(
            model_name='withheldword',
            name='key',
            field=models.CharField(default=stories.withheld.key_of_today, editable=False, max_length=8),
        ),
        migrations.AlterField(
            model_name='story',
            name='place',
            field=models.ForeignKey(blank=True, help_text='For a story with a child the region is enough. A city or district needs the approval of the safeguarding lead; a village, school or institution is never named.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='stories', to='programmes.place', verbose_name='place'),
        ),
    ]
