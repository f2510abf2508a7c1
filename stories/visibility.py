"""Which stories may not be seen today, as one condition in the database.

Rules 1, 3 to 5 of the safeguarding policy; ``Story.problems()`` says the same in words.
"""

from functools import lru_cache

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.expressions import RawSQL
from django.utils import timezone

from unicef_kz.content.languages import CODES, translated_names
from unicef_kz.content.models import Photo

from .consents import Consent
from .people import NEVER_SHOWN, SHOWN_AFTER_ASSESSMENT, TOLD, Subject


def story():
    return apps.get_model("stories", "Story")


def kind_of_stories() -> ContentType:
    return ContentType.objects.get_for_model(story())


def hidden_now() -> RawSQL:
    return RawSQL(*hidden_on(timezone.localdate(), kind_of_stories().pk))


@lru_cache(maxsize=2)
def hidden_on(_today, _kind) -> tuple[str, tuple]:
    """SQL of the stories that may not be seen today, and its parameters.

    Written once a day: building the condition takes far longer than answering it.
    """
    hidden = Exists(shown(NEVER_SHOWN)) | (~ASSESSED & Exists(shown(SHOWN_AFTER_ASSESSMENT)))
    for code in CODES:
        in_it = {f"language_{code}": True}
        gaps = Exists(uncovered(**in_it)) | Exists(uncovered_photos(**in_it))
        hidden |= (Q(source_language=code) | has_text_in(code)) & gaps
    return story().objects.order_by().filter(hidden).values("pk").query.sql_with_params()


#: ``Story.is_assessed`` as a condition.
ASSESSED = Q(risk_assessment__gt="", approved_by__isnull=False, approved_at__gte=F("updated_at"))


def shown(circumstances):
    """Children of the story at hand in such circumstances who can be recognised, in the text or
    because a picture of the story shows a child.
    """
    pictures = Photo.objects.of_recognisable_children().filter(
        content_type=kind_of_stories(), object_id=OuterRef("story")
    )
    children = Subject.objects.in_pictures().filter(story=OuterRef("pk")).told_as(circumstances)
    return children.filter(Q(identity=Subject.Identity.IDENTIFIED) | Exists(pictures))


def uncovered(**language):
    """Children of the story at hand that can be recognised and whom no live consent covers."""
    children = Subject.objects.identifiable_children().filter(story=OuterRef("pk"))
    return lacking(children, Consent.objects.live().filter(subject=OuterRef("pk"), **language))


def uncovered_photos(pk=None, **language):
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
        content_type=kind_of_stories(), object_id=pk or OuterRef("pk")
    )
    return photos.filter(~Exists(listed) | Exists(lacking(listed, live)))


def lacking(subjects, live):
    """Those whom none of the live consents covers; HIV status needs one that names it."""
    with_hiv = Q(told__contains='"hiv"') & ~Exists(live.filter(covers_hiv=True))
    return subjects.alias(told=TOLD).filter(~Exists(live) | with_hiv)


def has_text_in(language: str) -> Q:
    has_text = Q()
    for name in translated_names(story()):
        has_text |= Q(**{f"{name}_{language}__gt": ""})
    return has_text
