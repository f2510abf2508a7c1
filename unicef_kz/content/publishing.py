"""The one place that decides whether a record may be seen, and how it gets there.

``PageQuerySet.public()`` is the only door to visitors; ``Page.problems()`` the only gate before it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from . import notices
from .addressed import Addressed
from .rows import RecordsInRows
from .schedule import Schedulable, ScheduledRecords
from .search import index
from .steps import Problem as Problem
from .steps import Refused as Refused
from .steps import Step
from .translating import Translatable, state_in
from .worklists import WorkLists

SLUG_LENGTH = 100


class Status(models.TextChoices):
    DRAFT = "draft", _("Draft")
    REVIEW = "review", _("In review")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


def pictures() -> Prefetch:
    """``pictures`` of each record: those that may be shown, and no others."""
    photos = apps.get_model("content", "Photo").objects.showable()
    return Prefetch("photos", photos, to_attr="pictures")


class PageQuerySet(WorkLists, ScheduledRecords, RecordsInRows, models.QuerySet):
    def public(self):
        """What everybody may see at this moment, scheduling included.

        A subclass narrows it by conditions that can lapse, as part of the same statement.
        """
        pages = self.filter(status=Status.PUBLISHED, publish_at__lte=timezone.now())
        return pages.filter(self.proven()) if self.model.needs_citation else pages

    def proven(self) -> Exists:
        """Cited with a locator from a source that is public itself."""
        citations = apps.get_model("content", "Citation").objects
        return Exists(
            citations.filter(
                content_type=ContentType.objects.get_for_model(self.model),
                object_id=OuterRef("pk"),
                stance="supports",
                source__status=Status.PUBLISHED,
                source__publish_at__lte=timezone.now(),
            ).exclude(locator="")
        )

    def in_translation_state(self, language: str, state: str):
        """Records whose text in a language is missing, machine, stale, reviewed or the source."""
        return self.alias(state_found=state_in(self.model, language)).filter(state_found=state)

    def with_pictures(self):
        return self.prefetch_related(pictures())

    def gone(self):
        """Was public once and was taken back: its address answers 410."""
        return self.filter(status=Status.WITHDRAWN)


class Page(Addressed, Schedulable, Translatable):
    """A record with a public face: what programmes, milestones, stories … have in common."""

    #: Whether a citation with a locator is required before publication.
    needs_citation = False
    #: Whether consents are kept for it; a picture of a recognisable child stands on no other kind.
    keeps_consents = False
    #: The rows that are edited with the record and belong to its content.
    parts: tuple[str, ...] = ("citations", "photos")
    #: Fields and parts that no exported file contains and no import sets.
    not_exchanged: tuple[str, ...] = ("photos",)

    #: What a row of a list shows, where other columns are long; empty: all of them.
    in_cards: tuple[str, ...] = ()
    #: What ``search_texts()`` reads besides its own columns.
    search_related: tuple[str, ...] = ()
    #: Lifts a kind above others that answer as well.
    search_bonus = 0
    #: Fields and parts that only staff ever see, such as a risk assessment.
    private: frozenset[str] = frozenset()

    slug = models.SlugField(
        _("address"),
        max_length=SLUG_LENGTH,
        unique=True,
        help_text=_("The last part of the web address, in Latin letters, for all languages."),
    )
    title = models.CharField(_("title"), max_length=250)
    summary = models.TextField(
        _("summary"), blank=True, help_text=_("One or two sentences, shown in lists and searches.")
    )
    differences = models.TextField(
        _("where sources differ"),
        blank=True,
        help_text=_("Which account the page follows, and why."),
    )
    status = models.CharField(
        _("state"), max_length=10, choices=Status, default=Status.DRAFT, editable=False
    )
    publish_at = models.DateTimeField(_("public from"), null=True, blank=True, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("last changed by"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("last changed"), default=timezone.now, editable=False)

    citations = GenericRelation("content.Citation")
    photos = GenericRelation("content.Photo")
    search_entries = GenericRelation("content.SearchEntry")

    objects = PageQuerySet.as_manager()

    class Meta:
        abstract = True
        default_permissions = ("add", "change", "delete", "view", "publish", "erase")
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_published_has_date",
                condition=~Q(status=Status.PUBLISHED) | Q(publish_at__isnull=False),
            )
        ]
        indexes = [
            models.Index(fields=["status", "publish_at"], name="%(class)s_public"),
        ]

    def __str__(self):
        return self.title or self.slug

    @classmethod
    def from_db(cls, db, field_names, values):
        instance = super().from_db(db, field_names, values)
        instance._loaded_slug = instance.__dict__.get("slug")
        return instance

    def save(self, *args, **kwargs):
        was = getattr(self, "_loaded_slug", None)
        with transaction.atomic():
            super().save(*args, **kwargs)
            if was and was != self.slug and self.publish_at:
                apps.get_model("content", "FormerSlug").remember(self, was)
            index.write(self)
        self._loaded_slug = self.slug

    def settle_relations(self) -> None:
        """What follows from its relations and rows, once they are set."""
        self.note_texts()
        index.write(self)

    def touch(self, actor) -> None:
        """Notes who changed the content; an approval given before no longer holds."""
        self.changed_by, self.updated_at = actor, timezone.now()

    # What a mail about it says, and to whom

    def name_in_mail(self) -> str:
        return gettext("%(kind)s “%(title)s”") % {"kind": self._meta.verbose_name, "title": self}

    def review_rights(self) -> list[str]:
        """Whoever has one of them is asked to review it."""
        return [f"{self._meta.app_label}.publish_{self._meta.model_name}"]

    # Changes while it is public

    @property
    def rests_on_approval(self) -> bool:
        """Whether somebody else's approval stands behind it, so that every change needs one."""
        return False

    def may_change_in_public(self, actor) -> bool:
        """Whether this reviewer may decide on a change of the public record."""
        return True

    def note_approval(self, actor) -> None:
        """A change in public that needs an approval carries that of whoever decided."""

    # What keeps a record from being public

    def problems(self) -> Iterator[Problem]:
        """Every reason why this record may not be public yet, in words an editor can act on."""
        language = dict(settings.LANGUAGES)[self.source_language]
        for name in ("title", "summary"):
            if not getattr(self, f"{name}_{self.source_language}"):
                yield Problem(
                    f"{name}_{self.source_language}",
                    gettext("The %(field)s is missing in %(language)s, its first language.")
                    % {"field": self._meta.get_field(name).verbose_name, "language": language},
                )
        proofs = [c for c in self.citations.select_related("source") if c.stance == "supports"]
        if self.needs_citation and not any(c.locator for c in proofs):
            yield Problem("citations", gettext("No source with the place in it proves this yet."))
        for citation in proofs:
            if citation.source.status != Status.PUBLISHED:
                yield Problem(
                    "citations",
                    gettext("The source “%(source)s” is not published.")
                    % {"source": citation.source},
                )
        for photo in self.photos.all():
            yield from photo.problems(self)

    def warnings(self) -> Iterator[Problem]:
        """What somebody should look at again; none of it keeps the record from being public."""
        return iter(())

    def missing_approvals(self) -> Iterator[Problem]:
        """What another person has to decide first; bundled content has no person."""
        return iter(())

    def resting_on_it(self) -> Iterator["Page"]:
        """Public records that would lose their proof if this one were withdrawn."""
        return iter(())

    # Workflow: the only ways to change the status

    def submit(self, *, actor, comment=""):
        with self._step("submit", actor, comment, Status.DRAFT, to=Status.REVIEW) as step:
            step.needs("change")

    def return_to_draft(self, *, actor, comment):
        """Back to its author: from review, or to revive what was withdrawn."""
        allowed = (Status.REVIEW, Status.WITHDRAWN)
        with self._step("return", actor, comment, *allowed, to=Status.DRAFT) as step:
            step.needs("publish")
            step.needs_reason()

    def publish(self, *, actor, basis="", at=None):
        """``actor`` is None only for bundled content, which then must say on what ``basis``.

        Raises Refused with every open problem, PermissionDenied without the right to publish.
        """
        if actor is None and not basis:
            raise ValueError("Publishing without a person needs a basis.")
        if at and at <= timezone.now():
            text = gettext("This time has passed. Leave it empty to publish now.")
            raise Refused(Problem("publish_at", text))
        allowed = (Status.DRAFT, Status.REVIEW)
        action = "schedule" if at else "publish"
        with self._step(action, actor, basis, *allowed, to=Status.PUBLISHED) as step:
            step.needs("publish")
            step.needs_second_person()
            step.needs_no_problem(*(self.missing_approvals() if actor else ()))
            self.publish_at = at or timezone.now()

    def withdraw(self, *, actor, comment):
        with self._step("withdraw", actor, comment, Status.PUBLISHED, to=Status.WITHDRAWN) as step:
            step.needs("publish")
            step.needs_reason()
            if resting := list(self.resting_on_it()):
                raise Refused(
                    *(
                        Problem("citations", gettext("“%s” rests on it.") % record)
                        for record in resting
                    )
                )
            closed = self.close_proposals(actor, comment)
            apps.get_model("content", "Receipt").issue(self, actor, comment, proposals=closed)

    def close_proposals(self, actor, comment) -> int:
        """What is not public any more is changed directly; returns how many were under way."""
        proposals = apps.get_model("content", "Proposal").objects.undecided().about(self)
        return len([p.turn_down(actor=actor, comment=comment) for p in proposals])

    def move(self, slug, *, actor):
        """To another address; the one it had redirects. Raises Refused for one that is taken."""
        with self._step("address", actor, slug, Status.PUBLISHED, to=Status.PUBLISHED) as step:
            step.needs("publish")
            if not self.may_change_in_public(actor):
                raise PermissionDenied
            self.slug = slug.strip()
            try:
                self.clean_fields(exclude={f.name for f in self._meta.fields} - {"slug"})
                self.validate_unique()
            except ValidationError as error:
                raise Refused(*(Problem("slug", text) for text in error.messages)) from error
            if problems := [p for p in self.problems() if p.field == "slug"]:
                raise Refused(*problems)
            self.save(update_fields=["slug"])

    def erase(self, *, actor, comment, **wishes):
        """What was taken back, or never public, loses its content for good; a receipt stays.

        ``wishes`` are those of ``erasing.erase()``.
        """
        from .erasing import erase

        allowed = (Status.DRAFT, Status.REVIEW, Status.WITHDRAWN)
        with self._step("erase", actor, comment, *allowed, to=Status.WITHDRAWN) as step:
            step.needs("erase")
            step.needs_reason()
            erase(self, actor, **wishes)

    # What erasing means for a kind that keeps more than its texts

    def telling_rows(self) -> list[models.Model]:
        """What hangs on it besides its parts and holds words about it."""
        return []

    def is_telling(self, slug: str) -> bool:
        """Whether an address holds what must never appear."""
        return False

    def erase_part(self, part: str, *, evidence: bool) -> None:
        getattr(self, part).all().delete()

    @contextmanager
    def _step(self, action, actor, comment, *allowed, to):
        with transaction.atomic():
            was = type(self).objects.select_for_update().values_list("status", flat=True)
            step = Step(self, action, actor, comment, was.get(pk=self.pk))
            if step.status not in allowed:
                raise Refused(
                    Problem(
                        "status",
                        gettext("Not possible while the record is “%s”.")
                        % Status(step.status).label,
                    )
                )
            before = self.status, self.publish_at
            try:
                yield step
                self.status = to
                self.save(update_fields=["status", "publish_at"])
                step.log()
                notices.announce(self, action, actor, comment)
            except BaseException:
                self.status, self.publish_at = before
                raise
