"""What a record was, and what somebody proposes that a public one should become."""

from functools import partial

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import ProtectedError, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from . import notices
from .about import About, AboutQuerySet
from .documents import apply, digest, document, merge, pictures_in, with_own_keys
from .photos import remove_files
from .publishing import Page, Problem, Refused, Status
from .storage import private_storage
from .worklists import publishable_by


class Version(About):
    """The content of a record after a change. It outlives the record, so that it can come back."""

    document = models.JSONField()
    digest = models.CharField(max_length=64)
    label = models.CharField(_("record"), max_length=250)
    slug = models.SlugField(max_length=100, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("who"),
    )
    comment = models.CharField(_("why"), max_length=300, blank=True)
    at = models.DateTimeField(_("when"), auto_now_add=True)

    objects = AboutQuerySet.as_manager()

    class Meta(About.Meta):
        ordering = ["-pk"]
        verbose_name = _("version")
        verbose_name_plural = _("versions")

    def __str__(self):
        return self.label

    @classmethod
    def keep(cls, record: Page, actor=None, comment="") -> None:
        """Notes the content as it is now, unless the last version says the same."""
        content = document(record)
        mark, last = digest(content), cls.objects.about(record).first()
        if last is None or last.digest != mark:
            cls.objects.create(
                record=record,
                document=content,
                digest=mark,
                label=str(record)[:250],
                slug=record.slug,
                actor=actor,
                comment=comment[:300],
            )

    @classmethod
    def keep_first(cls, record: Page) -> None:
        """What the record was before anybody's first change in the admin."""
        if not cls.objects.about(record).exists():
            cls.keep(record)

    def restore(self, record: Page, *, actor) -> None:
        """Content only; for a draft. What is public changes by a proposal.

        Raises Refused where the content does not fit any more.
        """
        record.touch(actor)
        put(without_lost_pictures(self.document), record)
        type(self).keep(record, actor, self.as_reason())
        note(record, "revert", actor, self.as_reason())

    def as_reason(self) -> str:
        when = date_format(timezone.localtime(self.at), "SHORT_DATETIME_FORMAT")
        return gettext("Back to the version of %s") % when


class ProposalQuerySet(AboutQuerySet):
    def undecided(self):
        return self.filter(state__in=[Proposal.State.OPEN, Proposal.State.RETURNED])

    def for_record(self, record: Page):
        """The one proposal that is under way for a record, or None."""
        return self.undecided().about(record).select_related("author").first()

    def to_decide_by(self, user):
        """As ``Proposal.may_decide()`` has it."""
        theirs = Q(pk=None)
        for model in publishable_by(user):
            records = model.objects.decidable_by(user).values("pk")
            kind = ContentType.objects.get_for_model(model)
            theirs |= Q(content_type=kind, object_id__in=records)
        waiting = self.filter(theirs, state=Proposal.State.OPEN)
        return waiting.exclude(author=user) if settings.TWO_PEOPLE else waiting

    def returned_to(self, user):
        return self.filter(state=Proposal.State.RETURNED, author=user)


class Proposal(About):
    """A change of a public record that the public page does not show yet."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("proposal", "Waiting for review")
        RETURNED = "returned", pgettext_lazy("proposal", "Returned to its author")
        APPROVED = "approved", pgettext_lazy("proposal", "Approved")
        CLOSED = "closed", pgettext_lazy("proposal", "Closed")

    document = models.JSONField()
    base = models.JSONField()
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    label = models.CharField(_("record"), max_length=250)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("proposed by"),
    )
    comment = models.CharField(_("what and why"), max_length=300, blank=True)
    is_correction = models.BooleanField(
        _("corrects a mistake that was public"),
        default=False,
        help_text=_("The reason then stands in the public list of corrections."),
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    decision = models.CharField(_("answer"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("proposed"), auto_now_add=True)
    updated_at = models.DateTimeField(_("last changed"), auto_now=True)

    objects = ProposalQuerySet.as_manager()

    class Meta(About.Meta):
        ordering = ["-pk"]
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id"],
                condition=Q(state__in=["open", "returned"]),
                name="one_proposal_at_a_time",
            )
        ]

    def __str__(self):
        return self.label

    @classmethod
    def of(cls, record: Page, content: dict, *, actor, comment="", is_correction=False):
        """The content as a proposal: a new one, or the one under way with its changes so far."""
        under_way = cls.objects.for_record(record)
        is_news = under_way is None or under_way.state == cls.State.RETURNED
        proposal = under_way or cls(record=record, base=document(record), document={})
        before = proposal.document
        proposal.document = with_own_keys(content, proposal.base, before)
        drop_pictures(before, kept=proposal.document)
        proposal.state, proposal.author = cls.State.OPEN, actor
        proposal.label = str(record)[:250]
        proposal.comment, proposal.is_correction = comment[:300], is_correction
        proposal.save()
        note(record, "propose", actor, comment)
        if is_news:
            notices.announce(record, "propose", actor, comment)
        return proposal

    @property
    def is_stale(self) -> bool:
        """The public record has changed since the proposal was made."""
        return digest(document(self.current())) != digest(self.base)

    def current(self) -> Page:
        """The record as it is now; the relation may hold an older copy."""
        return self.content_type.model_class()._base_manager.get(pk=self.object_id)

    @property
    def is_under_way(self) -> bool:
        return self.state in (self.State.OPEN, self.State.RETURNED)

    @transaction.atomic
    def catch_up(self, *, actor) -> list[str]:
        """Puts the proposed changes on top of the record of today; names what both changed."""
        if actor.pk != self.author_id and not self.may_decide(actor):
            raise PermissionDenied
        now = document(self.current())
        self.document, both = merge(self.base, self.document, now)
        self.base = now
        self.save()
        return both

    def show(self) -> Page:
        """The record with the proposed content. Only inside a transaction that is rolled back."""
        record = self.current()
        put(self.document, record, keep_keys=True)
        return record

    def may_decide(self, actor) -> bool:
        return self._publishes(actor) and not self.needs_another(actor)

    def needs_another(self, actor) -> bool:
        """Two people: who changed the proposal last would decide on it, and may not."""
        return self._publishes(actor) and settings.TWO_PEOPLE and actor.pk == self.author_id

    def _publishes(self, actor) -> bool:
        meta = self.record._meta
        allowed = actor.has_perm(f"{meta.app_label}.publish_{meta.model_name}")
        return allowed and self.record.may_change_in_public(actor)

    @transaction.atomic
    def approve(self, *, actor, comment="") -> None:
        """Raises Refused for a stale base, a record that is no longer public, or open problems."""
        record = self._locked(actor)
        if self.is_stale:
            text = gettext("The public record has changed since this was proposed. Compare first.")
            raise Refused(Problem("proposal", text))
        Version.keep_first(record)
        record.touch(self.author)
        put(self.document, record)
        if self.is_correction:
            Correction.objects.create(record=record, reason=self.comment, label=self.label)
        record = self.current()
        if not record.may_change_in_public(actor):  # the change itself made it another's matter
            raise Refused(*record.missing_approvals())
        record.note_approval(actor)
        if problems := list(record.problems()):
            raise Refused(*problems)
        self._decide(self.State.APPROVED, actor, comment)
        Version.keep(record, self.author, self.comment)
        note(record, "accept", actor, comment or self.comment)
        notices.announce(record, "accept", actor, comment, authors=[self.author_id])

    @transaction.atomic
    def send_back(self, *, actor, comment) -> None:
        record = self._locked(actor)
        if not comment.strip():
            raise Refused(Problem("comment", gettext("Say what is missing, so it can be mended.")))
        self._decide(self.State.RETURNED, actor, comment)
        note(record, "send_back", actor, comment)
        notices.announce(record, "send_back", actor, comment, authors=[self.author_id])

    @transaction.atomic
    def turn_down(self, *, actor, comment="") -> None:
        """Closes without asking who may: the record itself is no longer public."""
        self._decide(self.State.CLOSED, actor, comment)
        drop_pictures(self.document)
        notices.announce(self.record, "close", actor, comment, authors=[self.author_id])

    @transaction.atomic
    def close(self, *, actor, comment="") -> None:
        """Given up by its author, or turned down for good."""
        if actor.pk != self.author_id and not self.may_decide(actor):
            raise PermissionDenied
        if not self.is_under_way:
            raise Refused(Problem("proposal", gettext("This is no longer open for a decision.")))
        self.turn_down(actor=actor, comment=comment)
        note(self.record, "close", actor, comment)

    def _locked(self, actor) -> Page:
        record = type(self.record).objects.select_for_update().get(pk=self.object_id)
        self.refresh_from_db()
        if not self.may_decide(actor):
            raise PermissionDenied
        if record.status != Status.PUBLISHED or not self.is_under_way:
            raise Refused(Problem("proposal", gettext("This is no longer open for a decision.")))
        return record

    def _decide(self, state, actor, comment):
        self.state, self.decided_by, self.decision = state, actor, comment[:300]
        self.save()


class CorrectionQuerySet(AboutQuerySet):
    def public(self):
        """With records that are public now."""
        seen = Q(pk=None)
        for model in apps.get_models():
            if issubclass(model, Page):
                kind = ContentType.objects.get_for_model(model)
                records = model.objects.public().order_by().values("pk")
                seen |= Q(content_type=kind, object_id__in=records)
        return self.filter(seen).prefetch_related("record")


class Correction(About):
    """An entry of the public list of corrections."""

    reason = models.TextField(_("what was wrong"))
    label = models.CharField(_("record"), max_length=250)
    at = models.DateTimeField(_("when"), auto_now_add=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta(About.Meta):
        ordering = ["-at"]
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")

    def clean(self):
        """Asks the gate of its record with the text in place: everybody reads it."""
        with transaction.atomic():
            self.save()
            found = [p.message for p in self.record.problems() if p.field == "corrections"]
            transaction.set_rollback(True)
        if found:
            raise ValidationError(found)

    def __str__(self):
        return self.label


def note(record, action, actor, comment) -> None:
    from .models import AuditEntry

    AuditEntry.note(record, action, actor, comment)


def put(content: dict, record: Page, *, keep_keys=False) -> None:
    """Applies; what does not fit any more is a reason to refuse."""
    try:
        apply(content, record, keep_keys=keep_keys)
    except ValidationError as error:
        raise Refused(*(Problem("proposal", text) for text in error.messages)) from error
    except ProtectedError as error:
        kept = ", ".join(sorted(map(str, error.protected_objects)))
        text = gettext("Something is kept that belongs to what would be removed: %s") % kept
        raise Refused(Problem("proposal", text)) from error


def drop_pictures(content: dict, *, kept: dict | None = None) -> None:
    """The files of pictures that stand on no record, once this is committed."""
    for image, width in pictures_in(content) - pictures_in(kept or {}):
        transaction.on_commit(partial(remove_files, image, width))


def without_lost_pictures(content: dict) -> dict:
    """A picture that was taken away has no files any more, so an old version goes without it."""
    rows = [
        row
        for row in content["rows"].get("photos", ())
        if private_storage().exists(row["fields"]["image"])
    ]
    return content | {"rows": content["rows"] | {"photos": rows}}
