"""What a step of the workflow asks before it is taken, and its line in the audit trail."""

from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext


@dataclass(frozen=True)
class Problem:
    """One reason why a record may not be public; ``field`` names what to change in its form.

    What is ``held_back`` from visitors meanwhile does not keep a public record from being changed.
    """

    field: str
    message: str
    held_back: bool = False

    def __str__(self):
        return str(self.message)


class Refused(Exception):
    """A step of the workflow was refused; ``problems`` lists every reason."""

    def __init__(self, *problems: Problem):
        self.problems = problems
        super().__init__("; ".join(map(str, problems)))


@dataclass
class Step:
    """One step of the workflow: its guards and its line in the audit trail."""

    page: models.Model
    action: str
    actor: object
    comment: str
    status: str

    def needs(self, right: str) -> None:
        meta = self.page._meta
        if self.actor and not self.actor.has_perm(f"{meta.app_label}.{right}_{meta.model_name}"):
            raise PermissionDenied

    def needs_second_person(self) -> None:
        if settings.TWO_PEOPLE and self.actor and self.page.changed_by_id == self.actor.pk:
            raise Refused(
                Problem("changed_by", gettext("You changed it last, so somebody else publishes."))
            )

    def needs_no_problem(self, *others: Problem) -> None:
        if problems := [*self.page.problems(), *others]:
            raise Refused(*problems)

    def needs_schedule(self) -> None:
        if not self.page.is_scheduled:
            raise Refused(Problem("status", gettext("It is not on the schedule any more.")))

    def needs_reason(self) -> None:
        if not self.comment.strip():
            raise Refused(Problem("comment", gettext("Say why: the audit trail keeps the reason.")))

    def log(self) -> None:
        apps.get_model("content", "AuditEntry").note(
            self.page, self.action, self.actor, self.comment, status_before=self.status
        )
