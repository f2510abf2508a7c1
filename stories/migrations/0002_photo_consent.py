import unicef_kz.content.images
import unicef_kz.content.storage
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('content', '0004_pictures'),
        ('stories', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='consent',
            name='evidence',
            field=unicef_kz.content.storage.PrivateFileField(blank=True, help_text='Kept privately. Only the safeguarding lead may open it.', storage=unicef_kz.content.storage.private_storage, upload_to=unicef_kz.content.images.random_name, verbose_name='signed form'),
        ),
        migrations.AlterField(
            model_name='consent',
            name='photos',
            field=models.ManyToManyField(blank=True, help_text='Pictures of the same story in which a child can be recognised.', related_name='consents', to='content.photo', verbose_name='pictures it allows'),
        ),
    ]
