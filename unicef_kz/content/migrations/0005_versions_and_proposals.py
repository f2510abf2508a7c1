import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('content', '0004_pictures'),
        ('contenttypes', '0002_remove_content_type_name'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='auditentry',
            name='action',
            field=models.CharField(choices=[('submit', 'Submitted'), ('return', 'Returned'), ('approve', 'Approved'), ('publish', 'Published'), ('edit', 'Changed in public'), ('withdraw', 'Withdrawn'), ('translation', 'Translation reviewed'), ('obscure', 'Picture obscured'), ('masking', 'Masking confirmed'), ('download', 'Private file downloaded'), ('propose', 'Change proposed'), ('send_back', 'Proposal returned'), ('accept', 'Proposal approved, changed in public'), ('close', 'Proposal closed'), ('revert', 'Earlier version brought back'), ('delete', 'Draft deleted'), ('recover', 'Recovered as a draft'), ('address', 'Address changed')], max_length=20, verbose_name='step'),
        ),
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('object_id', models.PositiveBigIntegerField(editable=False)),
                ('reason', models.TextField(verbose_name='what was wrong')),
                ('reason_en', models.TextField(null=True, verbose_name='what was wrong')),
                ('reason_kk', models.TextField(null=True, verbose_name='what was wrong')),
                ('reason_ru', models.TextField(null=True, verbose_name='what was wrong')),
                ('label', models.CharField(max_length=250, verbose_name='record')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='when')),
                ('content_type', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, to='contenttypes.contenttype')),
            ],
            options={
                'verbose_name': 'correction',
                'verbose_name_plural': 'corrections',
                'ordering': ['-at'],
                'abstract': False,
                'indexes': [models.Index(fields=['content_type', 'object_id'], name='content_cor_content_f217b1_idx')],
            },
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('object_id', models.PositiveBigIntegerField(editable=False)),
                ('document', models.JSONField()),
                ('base', models.JSONField()),
                ('state', models.CharField(choices=[('open', 'Waiting for review'), ('returned', 'Returned to its author'), ('approved', 'Approved'), ('closed', 'Closed')], default='open', max_length=10, verbose_name='state')),
                ('label', models.CharField(max_length=250, verbose_name='record')),
                ('comment', models.CharField(blank=True, max_length=300, verbose_name='what and why')),
                ('is_correction', models.BooleanField(default=False, help_text='The reason then stands in the public list of corrections.', verbose_name='corrects a mistake that was public')),
                ('decision', models.CharField(blank=True, max_length=300, verbose_name='answer')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='proposed')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='last changed')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposed by')),
                ('content_type', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, to='contenttypes.contenttype')),
                ('decided_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'proposal',
                'verbose_name_plural': 'proposals',
                'ordering': ['-pk'],
                'abstract': False,
                'indexes': [models.Index(fields=['content_type', 'object_id'], name='content_pro_content_cf7973_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['open', 'returned'])), fields=('content_type', 'object_id'), name='one_proposal_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='ReviewLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('object_id', models.PositiveBigIntegerField(editable=False)),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('reader', models.CharField(max_length=150, verbose_name='for whom')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='made')),
                ('expires_at', models.DateTimeField(verbose_name='valid until')),
                ('revoked_at', models.DateTimeField(editable=False, null=True, verbose_name='taken back')),
                ('content_type', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, to='contenttypes.contenttype')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'link for a reader',
                'verbose_name_plural': 'links for readers',
                'ordering': ['-pk'],
                'abstract': False,
                'indexes': [models.Index(fields=['content_type', 'object_id'], name='content_rev_content_096f65_idx')],
            },
        ),
        migrations.CreateModel(
            name='Version',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('object_id', models.PositiveBigIntegerField(editable=False)),
                ('document', models.JSONField()),
                ('digest', models.CharField(max_length=64)),
                ('label', models.CharField(max_length=250, verbose_name='record')),
                ('slug', models.SlugField(blank=True, max_length=100)),
                ('comment', models.CharField(blank=True, max_length=300, verbose_name='why')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='when')),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                ('content_type', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, to='contenttypes.contenttype')),
            ],
            options={
                'verbose_name': 'version',
                'verbose_name_plural': 'versions',
                'ordering': ['-pk'],
                'abstract': False,
                'indexes': [models.Index(fields=['content_type', 'object_id'], name='content_ver_content_dd8b55_idx')],
            },
        ),
    ]
