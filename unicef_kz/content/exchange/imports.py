"""From the rows of a file to drafts and proposals: all of them, or none.

The dry run is the import itself, rolled back. So what it shows is what happens; and where the
records have changed between both, their ``fingerprint`` differs and nothing is written.
"""

import hashlib
import json
from copy import deepcopy
from difflib import get_close_matches

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from ..documents import fill
from ..history import Proposal
from ..publishing import Status
from .cells import UnknownCode
from .files import Unreadable
from .rows import Change, Delta, Row, State
from .sheets import COMMENT, Sheet
from .writing import Writer


class Import:
    """``rows`` say what became of each one, ``counts`` how many of each there are.

    ``actor`` is None for the command line alone. ``report(done, total)`` hears of progress.
    """

    def __init__(self, sheet: Sheet, dataset, *, actor, most=None, report=lambda *args: None):
        self.sheet, self.actor, self.most, self.report = sheet, actor, most, report
        self.check_header(dataset.headers)
        self.rows = [
            Row(number, dict(zip(dataset.headers, cells, strict=True)))
            for number, cells in enumerate(dataset, 2)
            if any(cells) and not cells[0].startswith(COMMENT)
        ]
        if not self.rows:
            raise Unreadable(gettext("The file has no rows below its header."))
        self.columns = [sheet.fields[name] for name in dataset.headers]

    def check_header(self, names) -> None:
        """Raises Unreadable with every column that we do not know."""
        known = self.sheet.fields
        wrong = []
        for name in names:
            if name not in known:
                near = get_close_matches(name, known, 1)
                text = gettext("%(name)s (do you mean %(near)s?)")
                wrong.append(text % {"name": name, "near": near[0]} if near else name)
        if wrong:
            text = gettext("Unknown columns: %s. Correct their names, or take them out.")
            raise Unreadable(text % ", ".join(wrong))
        if len(set(names)) < len(names):
            raise Unreadable(gettext("A column stands twice in the header."))
        needed = [c.column_name for c in self.sheet.columns if c.identifies]
        missing = [name for name in needed if name != "key" and name not in names]
        if missing:
            text = gettext("These columns are missing: %s. They say which record a row is about.")
            raise Unreadable(text % ", ".join(missing))

    @transaction.atomic
    def run(self, *, expected=None) -> bool:
        """Whether it was written: only what the dry run of this ``expected`` fingerprint showed."""
        self.open(locked=expected is not None)
        waiting = [row for row in self.rows if not row.errors]
        while waiting:
            left = [row for row in waiting if not self.take(row)]
            if len(left) == len(waiting):
                break
            waiting = left
        if self.sheet.has_many_rows:
            for change in self.changes.values():
                self.writer.write(change)
        written = not self.counts[State.WRONG] and expected == self.fingerprint
        transaction.set_rollback(not written)
        return written

    def open(self, *, locked) -> None:
        """Fetches the records, and what is proposed for them."""
        self.changes, self.seen, self.done = {}, {}, 0
        self.writer = Writer(self.sheet, self.actor, self.most)
        self.sheet.codes.forget()  # what a dry run made is gone again
        for row in self.rows:
            row.errors = []
            try:
                row.reference = self.sheet.reference(row.cells)
            except ValidationError as error:
                row.refuse(error, self.sheet.fields)
        references = {row.reference for row in self.rows if not row.errors}
        self.records = self.sheet.find(references, locked)
        kinds = {
            kind: m for m, kind in ContentType.objects.get_for_models(*self.sheet.owners).items()
        }
        proposals = Proposal.objects.undecided().filter(content_type__in=kinds)
        self.proposals = {
            (kinds[p.content_type], p.object_id): p
            for p in proposals.select_related("author", "content_type")
        }

    def take(self, row: Row) -> bool:
        """False where it refers to a record that a later row may make."""
        row.errors, row.deltas, row.state = [], [], State.UNCHANGED
        change = self.changes.get(row.reference) or self.change_of(row.reference)
        try:
            target = self.sheet.target(change.content, row.cells, change.record)
        except ValidationError as error:
            row.refuse(error, self.sheet.fields)
            return True
        is_later = self.read(row, target)
        row.label, row.pk = str(change.record), change.record.pk
        if is_later:
            return False
        self.changes[row.reference] = change
        self.check(row, change, target)
        if row.deltas and not row.errors:
            row.state = State.ADDED if target.is_new else State.CHANGED
            change.rows.append(row)
            if not self.sheet.has_many_rows:
                self.writer.write(change)
        self.done += 1
        self.report(self.done, len(self.rows))
        return True

    def change_of(self, reference) -> Change:
        model, slug = reference
        record = self.records.get(reference) or model(slug=slug)
        proposal = self.proposals.get((model, record.pk))
        if proposal and proposal.author != self.actor:
            proposal = None
        content = self.sheet.start(record, proposal and deepcopy(proposal.document))
        return Change(record, proposal, content)

    def read(self, row: Row, target) -> bool:
        """Puts the cells into the content; True where only records of this file are missing."""
        waits = []
        for column in self.columns:
            cell = row.cells[column.column_name]
            before = "" if target.is_new else column.text(target.content)
            if column.identifies or cell == before:
                continue
            try:
                column.put(target.content, column.clean(row.cells))
            except ValidationError as error:
                own = isinstance(error, UnknownCode) and error.model is self.sheet.model
                waits.append(own and not self.sheet.has_many_rows)
                row.refuse(ValidationError({column.column_name: error.messages}), self.sheet.fields)
                continue
            after = column.text(target.content)
            if after != before:
                row.deltas.append(Delta(column, before, after))
        return bool(waits) and all(waits)

    def check(self, row: Row, change: Change, target) -> None:
        mark = (*row.reference, target.content.get("pk"))
        first = self.seen.setdefault(mark, row.number)
        if first != row.number:
            text = gettext("Row %d is about the same one. Keep one of them.") % first
            row.refuse(ValidationError(text), self.sheet.fields)
        if not row.deltas and not target.is_new:
            return
        try:
            self.allow(change)
            if self.sheet.has_workflow and not self.sheet.has_many_rows:
                check_title(target.content["fields"])
            if self.sheet.has_many_rows and not row.errors:
                self.check_part(change, target)
        except ValidationError as error:
            row.refuse(error, self.sheet.fields)

    def allow(self, change: Change) -> None:
        """Raises ValidationError for a record that this person cannot change, or not now."""
        record = change.record
        meta, action = record._meta, "change" if record.pk else "add"
        if self.actor and not self.actor.has_perm(f"{meta.app_label}.{action}_{meta.model_name}"):
            raise ValidationError(gettext("Your role may not write this record."))
        status = getattr(record, "status", "") if record.pk else ""
        if status == Status.WITHDRAWN:
            text = gettext("It was withdrawn. A reviewer brings it back as a draft first.")
            raise ValidationError(text)
        if status == Status.PUBLISHED and self.actor is None:
            text = gettext("It is public, so this becomes a proposal: say whose, with --user.")
            raise ValidationError(text)
        other = self.proposals.get((type(record), record.pk))
        if other and not change.proposal:
            text = gettext("%s has proposed a change of it. Wait until that is decided.")
            raise ValidationError(text % other.author)

    def check_part(self, change: Change, target) -> None:
        owner = {self.sheet.owner_field: change.record}
        part = self.sheet.model(pk=target.content["pk"], **owner)
        part._state.adding = target.is_new
        fill(part, self.sheet.part_fields, target.content["fields"])
        part.validate_constraints()

    # What is shown

    @property
    def counts(self) -> dict[str, int]:
        return {state: sum(row.state == state for row in self.rows) for state in State}

    @property
    def fingerprint(self) -> str:
        """Of what was shown, and of what it was compared with."""
        shown = [
            [row.number, row.state, row.errors]
            + [[d.column.column_name, d.before, d.after] for d in row.deltas]
            for row in self.rows
        ]
        text = json.dumps([shown, self.writer.seen], default=str)
        return hashlib.sha256(text.encode()).hexdigest()


def check_title(fields: dict) -> None:
    name = f"title_{fields['source_language']}"
    if not fields.get(name):
        text = gettext("A record needs a title in the language it is written in.")
        raise ValidationError({name: text})
