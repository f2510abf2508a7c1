"""What an import does to a record: a draft, a change of one, or a proposal for what is public."""

import json

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import capfirst
from django.utils.translation import gettext

from ..documents import apply, document, fill
from ..history import Proposal, Version
from ..models import AuditEntry
from ..publishing import Refused, Status
from .files import Unreadable
from .rows import Change, State
from .sheets import Sheet


class Writer:
    """``seen`` collects what each record was before, for the fingerprint of the import.

    More than ``most`` changes raise Unreadable: meanwhile nobody else can write to SQLite.
    """

    def __init__(self, sheet: Sheet, actor, most: int | None):
        self.sheet, self.actor, self.most = sheet, actor, most
        # Not the name of the file, which may be a child's: the audit trail stays for good.
        self.comment = gettext("Import: %s") % sheet.label
        self.seen = []

    def write(self, change: Change) -> None:
        if not change.rows:
            return
        if self.most is not None and len(self.seen) >= self.most:
            text = gettext(
                "More than %d records would change. Divide the file, or ask whoever runs the site "
                "to import it: manage.py import_records."
            )
            raise Unreadable(text % self.most)
        try:
            with transaction.atomic():
                self.put(change)
        except ValidationError as error:
            self.blame(change, error)
        except Refused as refused:
            self.blame(change, ValidationError([str(problem) for problem in refused.problems]))
        except IntegrityError as error:
            self.blame(change, ValidationError(in_words(error, change.record)))

    def blame(self, change: Change, error: ValidationError) -> None:
        for row in change.rows:
            row.refuse(error, self.sheet.fields)

    def put(self, change: Change) -> None:
        """A new record becomes a draft, a draft is changed, what is public gets a proposal."""
        record, is_new = change.record, change.record.pk is None
        content = self.sheet.whole(record, change.content, change.proposed)
        if not self.sheet.has_workflow:
            self.note(content if is_new else self.sheet.content(record))
            fill(record, self.sheet.content_fields, content["fields"])
            record.save()
            AuditEntry.note(record, "import", self.actor, self.comment)
            state = State.ADDED if is_new else State.CHANGED
        elif not is_new and record.status == Status.PUBLISHED:
            state = self.propose(change, content)
        else:
            state = self.edit(record, content, is_new)
        if is_new:
            self.sheet.codes.note(record)
        if not (self.sheet.has_many_rows and state == State.CHANGED):
            for row in change.rows:
                row.state, row.label = state, str(record)

    def edit(self, record, content, is_new) -> str:
        before = None if is_new else document(record)
        self.note(before)
        if not is_new:
            Version.keep_first(record)
        record.touch(self.actor)
        apply(content, record)
        if before and same(before, document(record)):
            transaction.set_rollback(True)
            return State.UNCHANGED
        Version.keep(record, self.actor, self.comment)
        AuditEntry.note(record, "import", self.actor, self.comment)
        return State.NEW if is_new else State.CHANGED

    def propose(self, change: Change, content) -> str:
        """The live row is written to see what becomes of it, and rolled back."""
        before = document(change.record)
        self.note([before, change.proposed])
        with transaction.atomic():
            apply(content, change.record, keep_keys=True)
            content = document(change.record)
            transaction.set_rollback(True)
        if same(change.proposed or before, content):
            return State.UNCHANGED
        record = type(change.record).objects.get(pk=change.record.pk)
        Proposal.of(record, content, actor=self.actor, comment=self.comment)
        return State.PROPOSED

    def note(self, content) -> None:
        self.seen.append(json.dumps(content, sort_keys=True))


def same(one: dict, other: dict) -> bool:
    """Whether two documents say the same, whatever the order of their rows."""

    def sorted_rows(content):
        rows = {part: {row["pk"]: row["fields"] for row in content["rows"][part]} for part in parts}
        return content | {"rows": rows}

    parts = one["rows"]
    return set(parts) == set(other["rows"]) and sorted_rows(one) == sorted_rows(other)


def in_words(error: IntegrityError, record) -> str:
    """The rule of the database that was broken, as its model says it."""
    for rule in record._meta.constraints:
        if rule.name in str(error):
            return str(rule.violation_error_message)
    text = gettext("The database refuses this row: %s.")
    return capfirst(text % error)
