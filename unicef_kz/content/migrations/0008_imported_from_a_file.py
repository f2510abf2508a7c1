from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('content', '0007_receipts_and_erasing'),
    ]

    operations = [
        migrations.AlterField(
            model_name='auditentry',
            name='action',
            field=models.CharField(choices=[('submit', 'Submitted'), ('return', 'Returned'), ('approve', 'Approved'), ('publish', 'Published'), ('schedule', 'Put on the schedule'), ('unschedule', 'Taken off the schedule'), ('edit', 'Changed in public'), ('withdraw', 'Withdrawn'), ('translation', 'Translation reviewed'), ('obscure', 'Picture obscured'), ('masking', 'Masking confirmed'), ('download', 'Private file downloaded'), ('propose', 'Change proposed'), ('send_back', 'Proposal returned'), ('accept', 'Proposal approved, changed in public'), ('close', 'Proposal closed'), ('revert', 'Earlier version brought back'), ('decline', 'Declined: not to be published'), ('consent', 'Consent noted or changed'), ('erase', 'Erased for good'), ('delete', 'Draft deleted'), ('recover', 'Recovered as a draft'), ('address', 'Address changed'), ('import', 'Imported from a file')], max_length=20, verbose_name='step'),
        ),
    ]
