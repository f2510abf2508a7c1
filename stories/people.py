"""The people in a story, and what about them decides how they may be shown."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

#: Rule 3: such a child is never shown, whatever anybody agreed to.
NEVER_SHOWN = frozenset({"sexual_abuse", "perpetrator", "conflict_with_law", "combatant"})
#: Rule 5: such a child is shown only after a written assessment of the risk.
SHOWN_AFTER_ASSESSMENT = frozenset(
    {
        "refugee",
        "displaced",
        "former_combatant",
        "returned",
        "violence_survivor",
        "suicide",
        "residential_care",
        "illness",
        "disability",
    }
)
#: A person's circumstances as text, on both databases.
TOLD = Cast("circumstances", models.TextField())


class SubjectQuerySet(models.QuerySet):
    def identifiable_children(self):
        return self.filter(is_child=True, identity=Subject.Identity.IDENTIFIED)

    def told_as(self, circumstances):
        """Of whom the story tells one of these circumstances."""
        any_of = Q(pk=None)
        for circumstance in circumstances:
            any_of |= Q(told__contains=f'"{circumstance}"')
        return self.alias(told=TOLD).filter(any_of)

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

    story = models.ForeignKey("stories.Story", models.CASCADE, related_name="subjects")
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
