import hashlib
import hmac

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from programmes.models import Indicator, Partner, Place, Programme, Region
from unicef_kz.content.dates import Dated, EDTFField, ends_after_start
from unicef_kz.content.languages import CODES, translated_names
from unicef_kz.content.models import Photo
from unicef_kz.content.publishing import Page, PageQuerySet, Problem, Refused
from unicef_kz.content.richtext import RichTextField

from .consents import Consent
from .consents import in_two_years as in_two_years  # a migration knows it by this address


class StoryQuerySet(PageQuerySet):
    def public(self):
        """Also: every child that can be recognised is covered by a consent that lives today.

        Read at the moment of asking, so that a lapse hides the story at once, everywhere.
        """
        stories = super().public().exclude(Exists(uncovered()) | Exists(uncovered_photos()))
        for code in CODES:
            in_it = {f"language_{code}": True}
            gaps = Exists(uncovered(**in_it)) | Exists(uncovered_photos(**in_it))
            stories = stories.exclude(has_text_in(code) & gaps)
        return stories

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


def uncovered(**language):
    """Children of the story at hand that can be recognised and whom no live consent covers."""
    children = Subject.objects.identifiable_children().filter(story=OuterRef("pk"))
    return lacking(children, Consent.objects.live().filter(subject=OuterRef("pk"), **language))


def uncovered_photos(story=None, **language):
    """Pictures of a recognisable child in the story (by default that of the outer query) that no
    live consent lists. Where several children share a picture, each of their consents has to live.
    """
    listed = Subject.objects.in_pictures().filter(
        story=OuterRef("object_id"), consents__photos=OuterRef("pk")
    )
    live = Consent.objects.live(medium="photo").filter(
        subject=OuterRef("pk"), photos=OuterRef(OuterRef("pk")), **language
    )
    photos = Photo.objects.of_recognisable_children().filter(
        content_type=ContentType.objects.get_for_model(Story), object_id=story or OuterRef("pk")
    )
    return photos.filter(~Exists(listed) | Exists(lacking(listed, live)))


def lacking(subjects, live):
    """Those whom none of the live consents covers; HIV status needs one that names it."""
    with_hiv = Q(told__contains='"hiv"') & ~Exists(live.filter(covers_hiv=True))
    told = Cast("circumstances", models.TextField())
    return subjects.alias(told=told).filter(~Exists(live) | with_hiv)


def has_text_in(language: str) -> Q:
    has_text = Q()
    for name in translated_names(Story):
        has_text |= Q(**{f"{name}_{language}__gt": ""})
    return has_text


class Story(Dated, Page):
    """A case story, a news item or a first-person account."""

    keeps_consents = True
    parts = ("subjects", *Page.parts)

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
        help_text=_("Never for a story with a child: there the region is enough."),
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

    RISKS = (
        "risk_to_siblings",
        "risk_of_retribution",
        "risk_of_stigma",
        "contact_with_perpetrator",
    )

    class Meta(Page.Meta):
        ordering = ["-latest", "slug"]
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

    def approve(self, *, actor, comment):
        """The safeguarding lead's decision; any later change needs a new one."""
        with self._step("approve", actor, comment, "draft", "review", to=self.status) as step:
            step.needs("approve")
            step.needs_reason()
            if self.changed_by_id == actor.pk:
                text = gettext("You changed it last, so another lead approves it.")
                raise Refused(Problem("approved_by", text))
            self.approved_by, self.approved_at = actor, timezone.now()
            self.save(update_fields=["approved_by", "approved_at"])

    def name_in_mail(self):
        """Never its title: that may tell who a child is, and mail travels and stays."""
        if self.is_about_a_child:
            return gettext("a story about a child (no. %d)") % self.pk
        return gettext("a story (no. %d)") % self.pk

    def review_rights(self):
        approving = ["stories.approve_story"] if self.is_about_a_child else []
        return [*super().review_rights(), *approving]

    def may_change_in_public(self, actor):
        """For a story about a child: the safeguarding lead alone."""
        return not self.is_about_a_child or actor.has_perm("stories.approve_story")

    def note_approval(self, actor):
        if self.is_about_a_child:
            self.approved_by, self.approved_at = actor, timezone.now()
            self.save(update_fields=["approved_by", "approved_at"])

    def missing_approvals(self):
        if self.is_about_a_child and not self.is_approved:
            text = gettext("A story about a child needs the safeguarding lead's approval first.")
            yield Problem("approved_by", text)

    @property
    def is_approved(self) -> bool:
        return bool(self.approved_by_id and self.approved_at >= self.updated_at)

    def problems(self):
        from .safeguarding import open_rules

        yield from super().problems()
        if not getattr(self, f"body_{self.source_language}"):
            yield Problem(f"body_{self.source_language}", gettext("The story has no text yet."))
        yield from open_rules(self)


class SubjectQuerySet(models.QuerySet):
    def identifiable_children(self):
        return self.filter(is_child=True, identity=Subject.Identity.IDENTIFIED)

    def in_pictures(self):
        """Children whose consent counts for a picture; one that is only counted is nobody's."""
        return self.filter(is_child=True).exclude(identity=Subject.Identity.AGGREGATE)


class Subject(models.Model):
    """A person in a story. No real name is stored here unless it stands on the page anyway."""

    class Identity(models.TextChoices):
        IDENTIFIED = "identified", _("Can be recognised")
        PSEUDONYM = "pseudonym", _("Under another name")
        UNNAMED = "unnamed", _("Without a name")
        AGGREGATE = "aggregate", _("Only counted in a group")

    class Age(models.TextChoices):
        CHILD = "child", _("Child up to 9")
        ADOLESCENT = "adolescent", _("Adolescent, 10 to 17")
        ADULT = "adult", _("Adult")
        MIXED = "mixed", _("Several ages")

    class Circumstance(models.TextChoices):
        """Rules 3 to 5 of the safeguarding policy look at these."""

        SEXUAL_ABUSE = "sexual_abuse", _("Victim of sexual abuse or exploitation")
        PERPETRATOR = "perpetrator", _("Has abused somebody")
        CONFLICT_WITH_LAW = "conflict_with_law", _("Charged with or convicted of a crime")
        COMBATANT = "combatant", _("Child combatant with a weapon")
        HIV = "hiv", _("Living with HIV, or died of AIDS")
        REFUGEE = "refugee", _("Refugee or asylum seeker")
        DISPLACED = "displaced", _("Displaced")
        FORMER_COMBATANT = "former_combatant", _("Former combatant")
        RETURNED = "returned", _("Returned from a conflict zone")
        VIOLENCE_SURVIVOR = "violence_survivor", _("Survivor of violence")
        SUICIDE = "suicide", _("Suicide or self-harm")
        RESIDENTIAL_CARE = "residential_care", _("In residential care")
        ILLNESS = "illness", _("Stigmatised illness")
        DISABILITY = "disability", _("Disability")

    story = models.ForeignKey(Story, models.CASCADE, related_name="subjects")
    label = models.CharField(
        _("public name or role"), max_length=100, help_text=_("“A teenage boy”, or the pseudonym.")
    )
    identity = models.CharField(_("how the story shows them"), max_length=10, choices=Identity)
    is_pseudonym = models.BooleanField(_("the name is not the real one"), default=False)
    is_child = models.BooleanField(_("is a child"), default=False)
    age_band = models.CharField(_("age"), max_length=10, choices=Age)
    relation = models.CharField(_("relation to the others"), max_length=100, blank=True)
    circumstances = models.JSONField(_("circumstances"), default=list, blank=True)

    objects = SubjectQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("person in the story")
        verbose_name_plural = _("people in the story")

    def __str__(self):
        return self.label

    def clean(self):
        unknown = set(self.circumstances or []) - set(self.Circumstance.values)
        if unknown:
            raise ValidationError({"circumstances": ", ".join(sorted(map(str, unknown)))})


class WithheldWord(models.Model):
    """A word that must never appear in a story, kept as a keyed hash that nobody can read."""

    story = models.ForeignKey(Story, models.CASCADE, related_name="withheld_words")
    digest = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = _("withheld word")
        verbose_name_plural = _("withheld words")
        constraints = [
            models.UniqueConstraint(fields=["story", "digest"], name="one_withheld_word")
        ]

    def __str__(self):
        return self.digest[:8]

    @staticmethod
    def hash(word: str) -> str:
        return hmac.new(
            settings.SECRET_KEY.encode(), word.casefold().encode(), hashlib.sha256
        ).hexdigest()
