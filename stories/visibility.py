"""Which stories may not be seen now, although they are published.

Rules 1 and 3 to 5 of the safeguarding policy; ``Story.problems()`` says the same in words.
"""

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from unicef_kz.content import version
from unicef_kz.content.languages import CODES, translated_names
from unicef_kz.content.models import Photo

from .consents import Consent
from .people import NEVER_SHOWN, SHOWN_AFTER_ASSESSMENT, TOLD, Subject

_known = None, []


def hidden_now() -> list[int]:
    """Their keys: few, since nothing is published that would be hidden; what lapsed stays here.

    Asked once for each version of the content and each day, because it costs more than a page.
    """
    global _known
    state, known = (version.current(), timezone.localdate()), _known
    if known[0] != state:  # read once: another thread may put the answer for another state there
        _known = known = state, [pk for (pk,) in hidden()]
    return known[1]


def hidden():
    recognised = Q(identity=Subject.Identity.IDENTIFIED) | Exists(
        pictures_of_children().filter(object_id=OuterRef("story"))
    )
    children = Subject.objects.in_pictures().filter(recognised, story__status="published")
    parts = [
        children.told_as(NEVER_SHOWN).values_list("story"),
        children.told_as(SHOWN_AFTER_ASSESSMENT).filter(~ASSESSED).values_list("story"),
    ]
    for code in CODES:
        in_it = {f"language_{code}": True}
        told = apps.get_model("stories", "Story").objects.filter(text_in(code), status="published")
        told = told.order_by().values("pk")
        parts.append(uncovered(**in_it).filter(story__in=told).values_list("story"))
        parts.append(uncovered_photos(**in_it).filter(object_id__in=told).values_list("object_id"))
    first, *others = (part.order_by() for part in parts)
    return first.union(*others)


#: ``Story.is_assessed`` as a condition on a person in it.
ASSESSED = Q(
    story__risk_assessment__gt="",
    story__approved_by__isnull=False,
    story__approved_at__gte=F("story__updated_at"),
)


def text_in(language: str) -> Q:
    has_text = Q(source_language=language)
    for name in translated_names(apps.get_model("stories", "Story")):
        has_text |= Q(**{f"{name}_{language}__gt": ""})
    return has_text


def pictures_of_children():
    kind = ContentType.objects.get_for_model(apps.get_model("stories", "Story"))
    return Photo.objects.of_recognisable_children().filter(content_type=kind)


def uncovered(**language):
    """Children that can be recognised in the text and whom no live consent covers."""
    live = Consent.objects.live().filter(subject=OuterRef("pk"), **language)
    return lacking(Subject.objects.identifiable_children(), live)


def uncovered_photos(**language):
    """Pictures of a recognisable child that no live consent lists.

    Where several children share a picture, each of their consents has to live.
    """
    listed = Subject.objects.in_pictures().filter(
        story=OuterRef("object_id"), consents__photos=OuterRef("pk")
    )
    live = Consent.objects.live(medium="photo").filter(
        subject=OuterRef("pk"), photos=OuterRef(OuterRef("pk")), **language
    )
    return pictures_of_children().filter(~Exists(listed) | Exists(lacking(listed, live)))


def lacking(subjects, live):
    """Those whom none of the live consents covers; HIV status needs one that names it."""
    with_hiv = Q(told__contains='"hiv"') & ~Exists(live.filter(covers_hiv=True))
    return subjects.alias(told=TOLD).filter(~Exists(live) | with_hiv)
