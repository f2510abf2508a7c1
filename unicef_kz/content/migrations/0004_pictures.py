import django.db.models.deletion
import unicef_kz.content.images
import unicef_kz.content.photos
import unicef_kz.content.storage
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('content', '0003_link_failed_since'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='photo',
            name='height',
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name='height'),
        ),
        migrations.AddField(
            model_name='photo',
            name='masking_confirmed_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='masking confirmed'),
        ),
        migrations.AddField(
            model_name='photo',
            name='uploaded_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='picture last changed by'),
        ),
        migrations.AddField(
            model_name='photo',
            name='width',
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name='width'),
        ),
        migrations.AlterField(
            model_name='auditentry',
            name='action',
            field=models.CharField(choices=[('submit', 'Submitted'), ('return', 'Returned'), ('approve', 'Approved'), ('publish', 'Published'), ('edit', 'Changed in public'), ('withdraw', 'Withdrawn'), ('obscure', 'Picture obscured'), ('masking', 'Masking confirmed'), ('download', 'Private file downloaded')], max_length=20, verbose_name='step'),
        ),
        migrations.AlterField(
            model_name='auditentry',
            name='status_after',
            field=models.CharField(blank=True, choices=[('draft', 'Draft'), ('review', 'In review'), ('published', 'Published'), ('withdrawn', 'Withdrawn')], max_length=10, verbose_name='after'),
        ),
        migrations.AlterField(
            model_name='photo',
            name='alt',
            field=models.CharField(blank=True, help_text='What one sees, for those who cannot see it. No names of children.', max_length=250, verbose_name='alternative text'),
        ),
        migrations.AlterField(
            model_name='photo',
            name='alt_en',
            field=models.CharField(blank=True, help_text='What one sees, for those who cannot see it. No names of children.', max_length=250, null=True, verbose_name='alternative text'),
        ),
        migrations.AlterField(
            model_name='photo',
            name='alt_kk',
            field=models.CharField(blank=True, help_text='What one sees, for those who cannot see it. No names of children.', max_length=250, null=True, verbose_name='alternative text'),
        ),
        migrations.AlterField(
            model_name='photo',
            name='alt_ru',
            field=models.CharField(blank=True, help_text='What one sees, for those who cannot see it. No names of children.', max_length=250, null=True, verbose_name='alternative text'),
        ),
        migrations.AlterField(
            model_name='photo',
            name='image',
            field=unicef_kz.content.photos.PictureField(db_index=True, help_text='JPEG, PNG or WebP, up to 20 MB and 50 million pixels. Place, time and camera are removed from it.', storage=unicef_kz.content.storage.private_storage, upload_to=unicef_kz.content.images.random_name, verbose_name='image'),
        ),
        migrations.AlterField(
            model_name='photo',
            name='masking_confirmed_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='masking confirmed by'),
        ),
        migrations.AlterField(
            model_name='source',
            name='archived',
            field=unicef_kz.content.storage.PrivateFileField(blank=True, help_text='Kept privately, never shown to visitors.', storage=unicef_kz.content.storage.private_storage, upload_to=unicef_kz.content.images.random_name, verbose_name='archived copy'),
        ),
    ]
