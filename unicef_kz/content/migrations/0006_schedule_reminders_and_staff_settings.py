import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('content', '0005_versions_and_proposals'),
        ('contenttypes', '0002_remove_content_type_name'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='auditentry',
            name='action',
            field=models.CharField(choices=[('submit', 'Submitted'), ('return', 'Returned'), ('approve', 'Approved'), ('publish', 'Published'), ('schedule', 'Put on the schedule'), ('unschedule', 'Taken off the schedule'), ('edit', 'Changed in public'), ('withdraw', 'Withdrawn'), ('translation', 'Translation reviewed'), ('obscure', 'Picture obscured'), ('masking', 'Masking confirmed'), ('download', 'Private file downloaded'), ('propose', 'Change proposed'), ('send_back', 'Proposal returned'), ('accept', 'Proposal approved, changed in public'), ('close', 'Proposal closed'), ('revert', 'Earlier version brought back'), ('delete', 'Draft deleted'), ('recover', 'Recovered as a draft'), ('address', 'Address changed')], max_length=20, verbose_name='step'),
        ),
        migrations.CreateModel(
            name='StaffSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(choices=[('en', 'English'), ('kk', 'Kazakh'), ('ru', 'Russian')], default='en', help_text='Of the admin and of the e-mails you get from it.', max_length=2, verbose_name='language')),
                ('notices', models.CharField(choices=[('all', 'E-mail me when a step concerns me'), ('none', 'No e-mail')], default='all', help_text='About what waits for your review, what happened to your records, and consents that are about to expire.', max_length=4, verbose_name='notices')),
                ('user', models.OneToOneField(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='staff_settings', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'settings of a member of staff',
                'verbose_name_plural': 'settings of staff',
            },
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('object_id', models.PositiveBigIntegerField(editable=False)),
                ('on', models.DateField(verbose_name='reminded on')),
                ('content_type', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, to='contenttypes.contenttype')),
            ],
            options={
                'verbose_name': 'reminder',
                'verbose_name_plural': 'reminders',
                'ordering': ['-on', '-pk'],
                'abstract': False,
                'indexes': [models.Index(fields=['content_type', 'object_id'], name='content_rem_content_f2d2ab_idx')],
                'constraints': [models.UniqueConstraint(fields=('content_type', 'object_id'), name='one_reminder_per_record')],
            },
        ),
    ]
