from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from programmes.models import Indicator, Partner, Place, Programme, Region
from unicef_kz.content.dates import Dated, EDTFField, ends_after_start
from unicef_kz.content.languages import CODES
from unicef_kz.content.models import AuditEntry
from unicef_kz.content.publishing import Page, PageQuerySet, Problem, Refused, Status
from unicef_kz.content.richtext import RichTextField

from .consents import Consent
from .consents import in_two_years as in_two_years  # a migration knows it by this address
from .people import Subject
from .visibility import hidden_now
from .withheld import WithheldWord as WithheldWord

#: Rule 7: what may be named beside a child, if the safeguarding lead approves.
LARGE_PLACES = {Place.Kind.CITY, Place.Kind.DISTRICT}


class StoryQuerySet(PageQuerySet):
    def public(self):
        """Also: every child that can be recognised is covered by a consent that lives today, and
        where its circumstances ask for it, by an assessment that the safeguarding lead approved.

        Read at the moment of asking, so that a lapse hides the story at once, everywhere.
        """
        return super().public().exclude(pk__in=hidden_now())

    def about_children(self):
        """``Story.is_about_a_child`` in the database."""
        return self.filter(Exists(Subject.objects.in_pictures().filter(story=OuterRef("pk"))))

    def waiting_for_approval_by(self, user):
        """In review and about a child, and not yet approved as they are now."""
        if not user.has_perm("stories.approve_story"):
            return self.none()
        approved = Q(approved_by__isnull=False, approved_at__gte=F("updated_at"))
        waiting = self.about_children().filter(~approved, status="review")
        return waiting.exclude(changed_by=user)

    def decidable_by(self, user):
        if user.has_perm("stories.approve_story"):
            return super().decidable_by(user)
        return self.exclude(pk__in=self.model.objects.about_children().values("pk"))


class Story(Dated, Page):
    """A case story, a news item or a first-person account."""

    RISKS = (
        "risk_to_siblings",
        "risk_of_retribution",
        "risk_of_stigma",
        "contact_with_perpetrator",
    )
    private = frozenset({"risk_assessment", "subjects", *RISKS})
    keeps_consents = True
    in_cards = ("slug", "title", "summary", "kind", "date", "updated_at", "publish_at")
    parts = ("subjects", *Page.parts)
    not_exchanged = (*private, *Page.not_exchanged)

    class Kind(models.TextChoices):
        CASE = "case", _("Case story")
        NEWS = "news", pgettext_lazy("kind of story", "News")
        FIRST_PERSON = "first_person", _("In their own words")

    class Answer(models.TextChoices):
        NO = "no", _("No")
        YES = "yes", _("Yes")
        UNSURE = "unsure", _("Unsure")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.CASE)
    standfirst = models.TextField(_("standfirst"), blank=True)
    body = RichTextField(_("text"))
    pull_quote = models.CharField(_("highlighted sentence"), max_length=300, blank=True)
    date = EDTFField(_("date"))
    date_note = models.CharField(_("note on the date"), max_length=300, blank=True)
    regions = models.ManyToManyField(
        Region, blank=True, related_name="stories", verbose_name=_("regions")
    )
    place = models.ForeignKey(
        Place,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="stories",
        verbose_name=_("place"),
        help_text=_(
            "For a story with a child the region is enough. A city or district needs the approval "
            "of the safeguarding lead; a village, school or institution is never named."
        ),
    )
    programmes = models.ManyToManyField(
        Programme, blank=True, related_name="stories", verbose_name=_("programmes")
    )
    partners = models.ManyToManyField(
        Partner, blank=True, related_name="stories", verbose_name=_("partners")
    )
    figures = models.ManyToManyField(
        Indicator, blank=True, related_name="stories", verbose_name=_("key figures")
    )
    risk_to_siblings = models.CharField(
        _("could siblings or friends come to harm?"), max_length=6, choices=Answer, blank=True
    )
    risk_of_retribution = models.CharField(
        _("could somebody take revenge?"), max_length=6, choices=Answer, blank=True
    )
    risk_of_stigma = models.CharField(
        _("could the child be shamed or shunned?"), max_length=6, choices=Answer, blank=True
    )
    contact_with_perpetrator = models.CharField(
        _("is the child still in contact with who harmed it?"),
        max_length=6,
        choices=Answer,
        blank=True,
    )
    risk_assessment = models.TextField(
        _("risk assessment"),
        blank=True,
        help_text=_(
            "Never public. Needed to show a child who is a refugee, displaced, returned from a "
            "conflict, a survivor of violence, in residential care, ill or with a disability: what "
            "could happen, how likely it is, what is done against it, why showing is worth it."
        ),
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("approved"), null=True, editable=False)

    objects = StoryQuerySet.as_manager()

    class Meta(Page.Meta):
        ordering = [F("latest").desc(nulls_last=True), "slug"]
        verbose_name = _("story")
        verbose_name_plural = _("stories")
        permissions = [("approve_story", _("Can approve stories about children"))]
        constraints = [*Page.Meta.constraints, ends_after_start("story_ends_after_start")]

    @property
    def is_about_a_child(self) -> bool:
        """A single child; a group that is only counted is not."""
        return any(s.is_child and s.identity != Subject.Identity.AGGREGATE for s in self.people)

    @property
    def people(self) -> list["Subject"]:
        return list(self.subjects.all())

    @property
    def names_note(self) -> str:
        """What the page says about names, in the reader's language."""
        modes = {subject.identity for subject in self.people}
        if Subject.Identity.PSEUDONYM in modes:
            return gettext("Names in this story were changed.")
        if Subject.Identity.IDENTIFIED in modes and not self.is_about_a_child:
            return ""
        return gettext("This story is told without names.") if modes else ""

    @property
    def identifies_a_child(self) -> bool:
        return any(s.is_child and s.identity == Subject.Identity.IDENTIFIED for s in self.people)

    @property
    def shows_a_child(self) -> bool:
        return any(photo.shows_a_child for photo in self.photos.all())

    @property
    def public_place(self) -> Place | None:
        """Rule 7: what the page may say beyond the region."""
        if not self.place_id or not self.is_about_a_child:
            return self.place
        triangle = self.identifies_a_child and self.shows_a_child
        allowed = self.place.kind in LARGE_PLACES and self.is_approved and not triangle
        return self.place if allowed else None

    def submit(self, *, actor, comment=""):
        from .safeguarding import unanswered

        if problems := list(unanswered(self)):
            raise Refused(*problems)
        super().submit(actor=actor, comment=comment)

    def approve(self, *, actor, comment):
        """The safeguarding lead's decision; any later change needs a new one."""
        with self._step("approve", actor, comment, "draft", "review", to=self.status) as step:
            step.needs("approve")
            step.needs_reason()
            self._note_decision(actor, timezone.now())

    def decline(self, *, actor, comment):
        """The lead's other decision, a normal one: it is not to be published."""
        with self._step("decline", actor, comment, "draft", "review", to=Status.DRAFT) as step:
            step.needs("approve")
            step.needs_reason()
            self._note_decision(None, None)

    @property
    def declined(self) -> AuditEntry | None:
        """The lead's decision that it is not to be published, unless an approval followed."""
        decisions = AuditEntry.objects.about(self).filter(action__in=["approve", "decline"])
        last = decisions.first()
        return last if last and last.action == "decline" else None

    def _note_decision(self, actor, at):
        """Rule 11: nobody approves a change of their own, on a site with one curator either."""
        if actor and self.changed_by_id == actor.pk:
            text = gettext("You changed it last, so another lead approves it.")
            raise Refused(Problem("approved_by", text))
        self.approved_by, self.approved_at = actor, at
        self.save(update_fields=["approved_by", "approved_at"])

    def name_in_mail(self):
        """Never its title: that may tell who a child is, and mail travels and stays."""
        if self.is_about_a_child:
            return gettext("a story about a child (no. %d)") % self.pk
        return gettext("a story (no. %d)") % self.pk

    def review_rights(self):
        approving = ["stories.approve_story"] if self.is_about_a_child else []
        return [*super().review_rights(), *approving]

    @property
    def rests_on_approval(self):
        return self.is_about_a_child

    def may_change_in_public(self, actor):
        """For a story about a child: the safeguarding lead alone."""
        return not self.is_about_a_child or actor.has_perm("stories.approve_story")

    def note_approval(self, actor):
        if self.is_about_a_child:
            self._note_decision(actor, timezone.now())

    def missing_approvals(self):
        if decision := self.declined:
            text = gettext("The safeguarding lead decided that it is not to be published: %s")
            yield Problem("approved_by", text % decision.comment)
        elif self.is_about_a_child and not self.is_approved:
            text = gettext("A story about a child needs the safeguarding lead's approval first.")
            yield Problem("approved_by", text)

    @property
    def is_approved(self) -> bool:
        return bool(self.approved_by_id and self.approved_at >= self.updated_at)

    @property
    def is_assessed(self) -> bool:
        """Rule 5: a written assessment stands behind it, and the lead's approval behind that."""
        return bool(self.risk_assessment.strip()) and self.is_approved

    def problems(self):
        from .safeguarding import open_rules

        yield from super().problems()
        if not getattr(self, f"body_{self.source_language}"):
            yield Problem(f"body_{self.source_language}", gettext("The story has no text yet."))
        yield from open_rules(self)

    def warnings(self):
        from .safeguarding import hurting

        yield from hurting(self)

    # Erasing

    def telling_rows(self):
        return [*Consent.objects.filter(subject__story=self), *self.withheld_words.all()]

    def is_telling(self, slug):
        return any(self.withheld_words.all().stand_in(slug))

    def erase_part(self, part, *, evidence):
        """Without its evidence a consent stays, as a date; so does somebody it belongs to."""
        if part != "subjects":
            return super().erase_part(part, evidence=evidence)
        self.withheld_words.all().delete()
        consents = Consent.objects.filter(subject__story=self)
        if evidence:
            consents.delete_with_evidence()
        consents.forget_words()
        self.subjects.filter(consents=None).delete()
        labels = dict.fromkeys(("label", *(f"label_{code}" for code in CODES)), "–")
        self.subjects.update(**labels, relation="", circumstances=[])
