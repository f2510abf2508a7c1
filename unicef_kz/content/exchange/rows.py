"""What a file says, row by row, and what becomes of it."""

from copy import deepcopy
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import pgettext_lazy

from ..diff import as_html, rich_as_html
from ..history import Proposal
from .cells import Column


class State(models.TextChoices):
    """What becomes of a row; in the order in which rows are shown."""

    WRONG = "wrong", pgettext_lazy("row", "Wrong")
    NEW = "new", pgettext_lazy("row", "New draft")
    ADDED = "added", pgettext_lazy("row", "New")
    CHANGED = "changed", pgettext_lazy("row", "Changed")
    PROPOSED = "proposed", pgettext_lazy("row", "Proposed")
    UNCHANGED = "unchanged", pgettext_lazy("row", "Unchanged")


@dataclass
class Delta:
    column: Column
    before: str
    after: str

    @property
    def html(self):
        compare = rich_as_html if self.column.is_rich else as_html
        return compare(self.before, self.after)


@dataclass
class Row:
    number: int
    cells: dict
    state: str = State.UNCHANGED
    label: str = ""
    deltas: list[Delta] = field(default_factory=list)
    errors: list[tuple[str, str]] = field(default_factory=list)  # (column or "", what to do)
    reference: tuple = ()
    pk: int | None = None  # of the record, where there is one already

    def refuse(self, error: ValidationError, columns) -> None:
        found = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        known = {name for name, _message in self.errors if name}
        for name, messages in found.items():
            name = name if name in columns else ""
            if name not in known:
                self.errors += [(name, message) for message in messages]
        self.state = State.WRONG


@dataclass
class Change:
    """All that a file says about one record."""

    record: models.Model
    proposal: Proposal | None
    content: dict
    rows: list[Row] = field(default_factory=list)

    @property
    def proposed(self) -> dict | None:
        return deepcopy(self.proposal.document) if self.proposal else None
