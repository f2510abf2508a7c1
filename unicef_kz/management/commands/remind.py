from collections import defaultdict

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from stories.models import Consent
from unicef_kz.content import notices
from unicef_kz.content.models import Reminder
from unicef_kz.content.worklists import kinds

LEAD = "stories.approve_story"


class Command(BaseCommand):
    help = (
        "Reminds staff by e-mail of what waits: safeguarding leads of consents that expire within "
        "60, 14 and 1 days (once each), reviewers of records that have been in review for more "
        "than a week (once a week). Meant to run every day; a second run on the same day sends "
        "nothing. Who wants no notices gets none."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--dry-run", action="store_true", help="say who would get which mail, and send nothing"
        )

    def handle(self, *, dry_run, verbosity, **options):
        self.letters, self.told = [], []
        consents = Consent.objects.to_remind()
        records = [record for model in kinds() for record in model.objects.to_remind()]
        self.write_about_consents(consents)
        self.write_about_reviews(records)
        if not dry_run:
            self.send()
        if verbosity:
            for letter in self.letters:
                self.stdout.write(f"{letter.to[0]}: {letter.subject}")
            verb = "Would be sent" if dry_run else "Sent"
            self.stdout.write(
                f"Due: {len(consents)} consents, {len(records)} records in review. "
                f"{verb}: {len(self.letters)} mails."
            )
        if left := len(consents) + len(records) - len(self.told):
            self.stderr.write(
                f"Nobody can be told about {left} of them: no reviewer or safeguarding lead has an "
                "e-mail address and wants notices."
            )

    def write_about_consents(self, consents):
        leads = notices.reachable(notices.with_right(LEAD))
        if consents and leads:
            for consent in consents:
                consent.address = notices.admin_address(consent)
            self.letters += [notices.letter(u, "consents", consents=consents) for u in leads]
            self.told += consents

    def write_about_reviews(self, records):
        waiting = defaultdict(list)
        for record in records:
            record.address = notices.admin_address(record)
            users = notices.reachable(notices.reviewers(record))
            if settings.TWO_PEOPLE:
                users = users.exclude(pk=record.changed_by_id)
            for user in users:
                waiting[user].append(record)
            self.told += [record] if users else []
        self.letters += [notices.letter(u, "reviews", records=r) for u, r in waiting.items()]

    def send(self):
        try:
            notices.send(self.letters)
        except OSError as error:
            raise CommandError(
                f"The mail server took no mail ({error}). The next run tries again."
            ) from error
        Reminder.objects.note(self.told)
