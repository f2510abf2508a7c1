from django.core.management.base import BaseCommand, CommandError

from unicef_kz.doctor import findings


class Command(BaseCommand):
    help = (
        "Says what is wrong with this installation and what to do: settings, database, files, "
        "backups, roles, timers. Exits with status 1 where something must be put right."
    )
    # It says itself, in order, what such a check would stop it with.
    requires_system_checks = []

    def handle(self, **options):
        found = sorted(findings(), key=lambda finding: not finding.must)
        for finding in found:
            mark = self.style.ERROR("MUST") if finding.must else self.style.WARNING("look")
            self.stdout.write(f"{mark}  {finding.what}\n      → {finding.do}")
        wrong = sum(finding.must for finding in found)
        if wrong:
            raise CommandError(f"{wrong} to put right, {len(found) - wrong} to look at.")
        self.stdout.write(self.style.SUCCESS(f"Well. {len(found)} to look at."))
