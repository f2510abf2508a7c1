import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('content', '0006_schedule_reminders_and_staff_settings'),
        ('contenttypes', '0002_remove_content_type_name'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='source',
            options={'default_permissions': ('add', 'change', 'delete', 'view', 'publish', 'erase'), 'ordering': ['-latest', 'slug'], 'verbose_name': 'source', 'verbose_name_plural': 'sources'},
        ),
        migrations.AlterModelOptions(
            name='standingpage',
            options={'default_permissions': ('add', 'change', 'delete', 'view', 'publish', 'erase'), 'ordering': ['slug'], 'verbose_name': 'standing page', 'verbose_name_plural': 'standing pages'},
        ),
        migrations.AlterField(
            model_name='auditentry',
            name='action',
            field=models.CharField(choices=[('submit', 'Submitted'), ('return', 'Returned'), ('approve', 'Approved'), ('publish', 'Published'), ('schedule', 'Put on the schedule'), ('unschedule', 'Taken off the schedule'), ('edit', 'Changed in public'), ('withdraw', 'Withdrawn'), ('translation', 'Translation reviewed'), ('obscure', 'Picture obscured'), ('masking', 'Masking confirmed'), ('download', 'Private file downloaded'), ('propose', 'Change proposed'), ('send_back', 'Proposal returned'), ('accept', 'Proposal approved, changed in public'), ('close', 'Proposal closed'), ('revert', 'Earlier version brought back'), ('decline', 'Declined: not to be published'), ('consent', 'Consent noted or changed'), ('erase', 'Erased for good'), ('delete', 'Draft deleted'), ('recover', 'Recovered as a draft'), ('address', 'Address changed')], max_length=20, verbose_name='step'),
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('object_id', models.PositiveBigIntegerField(editable=False)),
                ('label', models.CharField(max_length=250, verbose_name='record')),
                ('reason', models.TextField(blank=True, verbose_name='why')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='when')),
                ('removed', models.JSONField(default=dict)),
                ('erased', models.JSONField(default=dict)),
                ('erased_at', models.DateTimeField(null=True, verbose_name='erased')),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                ('content_type', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, to='contenttypes.contenttype')),
                ('erased_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='erased by')),
            ],
            options={
                'verbose_name': 'receipt',
                'verbose_name_plural': 'receipts',
                'ordering': ['-at', '-pk'],
                'abstract': False,
                'default_permissions': ('view',),
                'indexes': [models.Index(fields=['content_type', 'object_id'], name='content_rec_content_ed8aa4_idx')],
            },
        ),
    ]
