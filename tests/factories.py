"""Records for tests. Everything is public unless ``state=`` says otherwise.

``title=`` and the other translated fields mean English; write ``title_ru=`` for another language.
"""

import datetime
import io
import itertools

from django.contrib.auth.models import Group, User
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.utils import timezone
from PIL import Image

from programmes.models import (
    CityMembership,
    Cycle,
    Indicator,
    Observation,
    Participation,
    Partner,
    Place,
    Programme,
    Region,
    Resource,
)
from stories.models import Consent, Story, Subject
from timeline.models import Milestone
from unicef_kz.content.languages import translated_names
from unicef_kz.content.models import Citation, Concept, Photo, Source, StandingPage

numbers = itertools.count(1)
NON_PUBLIC = ("draft", "review", "scheduled", "withdrawn")


def in_english(model, values: dict) -> dict:
    translated = translated_names(model)
    return {f"{n}_en" if n in translated else n: value for n, value in values.items()}


def move(page, state: str):
    """Takes a fresh draft to its state by the real steps."""
    if state == "review":
        page.submit(actor=None)
    if state in ("published", "withdrawn"):
        page.publish(actor=None, basis="test")
    if state == "scheduled":
        page.publish(actor=None, basis="test", at=timezone.now() + datetime.timedelta(days=30))
    if state == "withdrawn":
        page.withdraw(actor=None, comment="test")
    return page


def force(page, state: str):
    """A state that the workflow refuses, as a faulty import or a hand in the database makes it."""
    at = timezone.now() + datetime.timedelta(days=30) if state == "scheduled" else page.publish_at
    status = "published" if state == "scheduled" else state
    type(page).objects.filter(pk=page.pk).update(status=status, publish_at=at)
    page.refresh_from_db()
    return page


def draft(model, values: dict, **defaults):
    """An unpublished record with its many-to-many relations."""
    number, name = next(numbers), model._meta.model_name
    many = {f.name: values.pop(f.name) for f in model._meta.many_to_many if f.name in values}
    common = {
        "slug": f"{name}-{number}",
        "title": f"A {name} number {number}",
        "summary": f"What {name} {number} is about.",
    }
    record = model(**in_english(model, common | defaults) | in_english(model, values))
    record.save()
    for relation, related in many.items():
        getattr(record, relation).set(related)
    return record


def cite(page, source=None, **values):
    values = {"locator": "p. 1", "source": source or make_source()} | values
    return Citation.objects.create(record=page, **in_english(Citation, values))


def make_source(*, state="published", **values):
    return move(draft(Source, values, published="2017"), state)


def make_page(*, state="published", **values):
    return move(draft(StandingPage, values), state)


def make_region(*, state="published", **values):
    return move(draft(Region, values, iso=f"KZ{next(numbers):04}"), state)


def make_cycle(*, state="published", **values):
    return move(draft(Cycle, values, framework="cpd", start="2016", end="2020"), state)


def make_partner(*, state="published", **values):
    return move(draft(Partner, values, kind="10"), state)


def make_programme(*, state="published", **values):
    return move(draft(Programme, values, kind="project", start="2016"), state)


def make_resource(*, state="published", **values):
    return move(draft(Resource, values, kind="video", date="2017"), state)


def make_place(**values):
    values = {"slug": f"place-{next(numbers)}", "title": "A place", "kind": "city"} | values
    values.setdefault("region", None)
    values["region"] = values["region"] or make_region()
    return Place.objects.create(**in_english(Place, values))


def make_membership(**values):
    if "place" not in values:
        values["place"] = make_place()
    values.setdefault("initiative", None)
    values["initiative"] = values["initiative"] or make_programme()
    values["source"] = values.get("source") or make_source()
    values = {"joined": "2008", "locator": "p. 1"} | values
    return CityMembership.objects.create(**in_english(CityMembership, values))


def make_participation(programme, partner, **values):
    return Participation.objects.create(programme=programme, partner=partner, **values)


def make_concept(scheme="sdg", code="3", **values):
    values = {"title": f"{scheme} {code}"} | values
    return Concept.objects.create(scheme=scheme, code=code, **in_english(Concept, values))


def make_observation(indicator, **values):
    values = {"value": 90, "date": "2016", "locator": "p. 1"} | values
    values["source"] = values.get("source") or make_source()
    return Observation.objects.create(indicator=indicator, **in_english(Observation, values))


def make_indicator(*, state="published", source=None, observation=None, **values):
    """With one observation and one citation, both from ``source``."""
    indicator = draft(Indicator, values, unit="per cent", measure="percent", population="children")
    source = source or make_source()
    make_observation(indicator, **{"source": source} | (observation or {}))
    cite(indicator, source)
    return move(indicator, state)


def make_milestone(*, state="published", source=None, **values):
    milestone = draft(Milestone, values, kind="event", date="1994-11-25")
    cite(milestone, source)
    return move(milestone, state)


def make_story(*, state="published", **values):
    return move(draft(Story, values, body="<p>What happened.</p>", date="2017"), state)


def make_subject(story, **values):
    values = {
        "label": "A child",
        "identity": "unnamed",
        "is_child": True,
        "age_band": "child",
    } | values
    return Subject.objects.create(story=story, **in_english(Subject, values))


def make_consent(subject, **values):
    """Live today, for text on the web in all three languages."""
    today = timezone.localdate()
    values = {
        "guardian_agreed_on": today,
        "child_agreed_on": today,
        "explained": True,
        "channel_web": True,
        "medium_text": True,
        "language_en": True,
        "language_kk": True,
        "language_ru": True,
        "expires_on": today + datetime.timedelta(days=365),
    } | values
    return Consent.objects.create(subject=subject, **values)


NO_RISK = dict.fromkeys(Story.RISKS, "no")


def make_story_with_child(*, state="published", consent=None, **values):
    """A child that can be recognised, covered by a live consent."""
    story = make_story(**{"state": "draft"} | NO_RISK | values)
    subject = make_subject(story, identity="identified")
    make_consent(subject, **consent or {})
    return move(story, state)


def a_picture(form="JPEG", size=(64, 48), colour="teal", **options) -> ContentFile:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, form, **options)
    return ContentFile(buffer.getvalue(), name="Name of a child.jpg")


def make_photo(record, image=None, **values):
    """Nobody can be recognised in it."""
    values = {"alt": "A room", "identifiable": "nobody"} | values
    image = image or a_picture()
    return Photo.objects.create(record=record, image=image, **in_english(Photo, values))


def make_story_with_picture(*, state="published", consent=None, **values):
    """A child that can be recognised in text and picture, covered by a live consent."""
    story = make_story_with_child(state="draft", **values)
    photo = make_photo(story, identifiable="children")
    consent = make_consent(story.subjects.get(), medium_photo=True, **consent or {})
    consent.photos.add(photo)
    return move(story, state)


def make_user(role="", **values):
    """``role`` is the name of a group, "superuser", or "" for a visitor with an account."""
    values = {"username": f"user-{next(numbers)}", "is_staff": bool(role)} | values
    user = User.objects.create(**values)
    if role == "superuser":
        user.is_superuser = True
        user.save()
    elif role:
        if not Group.objects.exists():  # after a test that commits, the database was emptied
            call_command("roles", verbosity=0)
        user.groups.add(Group.objects.get(name=role))
    return user


MAKE = {
    Source: make_source,
    StandingPage: make_page,
    Region: make_region,
    Cycle: make_cycle,
    Partner: make_partner,
    Programme: make_programme,
    Resource: make_resource,
    Indicator: make_indicator,
    Milestone: make_milestone,
    Story: make_story,
}
