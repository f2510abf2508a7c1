import sys
from pathlib import Path

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from unicef_kz.content.exchange.files import Unreadable, read
from unicef_kz.content.exchange.imports import Import
from unicef_kz.content.exchange.rows import State
from unicef_kz.exchanged import KINDS, sheet_of


class Command(BaseCommand):
    help = (
        "Reads a CSV or XLSX file such as export_records writes: all of its rows, or none. A new "
        "record becomes a draft, a draft is changed, and for what is public a change is proposed; "
        "nothing is published. Rows that say what the record says already are skipped. Exits with "
        "status 1 where a row is wrong."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="CSV in UTF-8, or XLSX")
        parser.add_argument("--kind", required=True, choices=KINDS, help="what is in it")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would happen and change nothing"
        )
        parser.add_argument(
            "--user", metavar="NAME", help="whose change it is, with the rights of that account"
        )

    def handle(self, *, file, kind, dry_run, user, verbosity, **options):
        plan = self.plan(file, sheet_of(kind), self.account(user), verbosity)
        plan.run()
        is_right = not plan.counts[State.WRONG]
        if is_right and not dry_run and not plan.run(expected=plan.fingerprint):
            raise CommandError("The records have changed meanwhile. Nothing was written.")
        for row in plan.rows:
            if row.state != State.UNCHANGED or verbosity > 1:
                self.show(row)
        counts = ", ".join(f"{n} {state.value}" for state, n in plan.counts.items() if n)
        if plan.counts[State.WRONG]:
            raise CommandError(f"Nothing was written: {counts}.")
        prefix = "Would be" if dry_run else "Rows"
        self.stdout.write(self.style.SUCCESS(f"{prefix}: {counts}"))

    def account(self, name):
        if not name:
            return None
        try:
            return User.objects.get(username=name, is_active=True)
        except User.DoesNotExist as error:
            raise CommandError(f"There is no active account “{name}”.") from error

    def plan(self, file, sheet, actor, verbosity) -> Import:
        def report(done, total):
            if verbosity and done % 200 == 0:
                sys.stderr.write(f"  {done} of {total} rows …\n")

        try:
            dataset = read(file.read_bytes())
            return Import(sheet, dataset, actor=actor, report=report)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}.") from error
        except Unreadable as error:
            raise CommandError(f"{file}: {error}") from error

    def show(self, row):
        self.stdout.write(f"{row.number:>5}  {row.state.value:<9}  {row.label}")
        for column, text in row.errors:
            self.stdout.write(self.style.ERROR(f"       {column or 'row'}: {text}"))
        for delta in row.deltas:
            name = delta.column.column_name
            self.stdout.write(f"       {name}: {short(delta.before)} → {short(delta.after)}")


def short(text: str) -> str:
    line = " ".join(text.split())
    return f"“{line[:57]}…”" if len(line) > 60 else f"“{line}”"
