"""Nothing that is not public appears on any public address, in any language.

Each record that may not be seen carries marker words in all its texts and is tied to public
records in every way the models allow; then every address of ``surfaces.py`` is read.
"""

import datetime
import io
from zipfile import ZipFile

import pytest
from django.core.files.storage import storages
from django.db import models
from django.utils import timezone
from django.utils.translation import override

from programmes.models import Observation, PartnerName, Region, RegionName
from stories.models import Consent, Story
from unicef_kz.content.dates import EDTFField
from unicef_kz.content.documents import document
from unicef_kz.content.images import ENCODERS, file_names
from unicef_kz.content.languages import CODES, translated_names
from unicef_kz.content.models import Correction, Photo, Proposal, ReviewLink
from unicef_kz.content.publishing import Page

from . import surfaces
from .factories import (
    MAKE,
    NON_PUBLIC,
    cite,
    force,
    make_consent,
    make_indicator,
    make_membership,
    make_milestone,
    make_observation,
    make_participation,
    make_photo,
    make_source,
    make_story_with_child,
    make_subject,
    make_user,
)

pytestmark = pytest.mark.django_db
#: In every text of a hidden record; and in its address, which a 404 page may repeat.
TEXT, SLUG = "zqhidden", "zqaddress"
KIND = {make: model for model, make in MAKE.items()}
MAKE_OF = {model._meta.model_name: model for model in MAKE}
YESTERDAY = timezone.localdate() - datetime.timedelta(days=1)


# Hidden records


def marked(model) -> dict:
    """The marker in every free text of a model, in every language."""
    values = {}
    translated = set(translated_names(model))
    for field in model._meta.concrete_fields:
        free = isinstance(field, (models.CharField, models.TextField)) and not field.choices
        if not free or not field.editable or isinstance(field, (EDTFField, models.SlugField)):
            continue
        if field.name in translated or (field.max_length or 99) < 20:
            continue
        is_url = isinstance(field, models.URLField)
        values[field.name] = f"https://example.org/{TEXT}" if is_url else TEXT
    return values


def hide(model, state, **values):
    page = MAKE[model](
        state="draft",
        slug=f"{SLUG}-{model._meta.model_name}-{state}",
        **marked(model) | values,
    )
    mark_what_hangs_on(page)
    if state == "review":
        page.submit(actor=None)
    elif state in ("published", "withdrawn"):
        page.publish(actor=None, basis="test")
    elif state == "scheduled":
        at = timezone.now() + datetime.timedelta(days=30)
        page.publish(actor=None, basis="test", at=at)
    if state == "withdrawn":
        page.withdraw(actor=None, comment="test")
    return page


def mark_what_hangs_on(page) -> None:
    says = {f"says_{code}": TEXT for code in CODES}
    page.citations.all().update(locator=TEXT, **says)
    hide_picture(page, "nobody")
    match page._meta.model_name:
        case "indicator":
            texts = marked(Observation)
            page.observations.update(**{n: v for n, v in texts.items() if n != "indicator"})
        case "region":
            RegionName.objects.create(region=page, **marked(RegionName))
        case "partner":
            PartnerName.objects.create(partner=page, **marked(PartnerName))
        case "story":
            make_subject(page, label=TEXT, label_ru=TEXT, label_kk=TEXT)


def hide_picture(page, identifiable, **values):
    texts = {f"{name}_{code}": TEXT for name in ("alt", "caption") for code in CODES}
    return make_photo(page, identifiable=identifiable, credit=TEXT, **texts | values)


def hidden_by_state() -> list:
    return [hide(model, state) for model in MAKE for state in NON_PUBLIC]


def hidden_by_source() -> list:
    """Published themselves, but what proves them may not be seen."""
    hidden = []
    for state in NON_PUBLIC:
        for make in (make_indicator, make_milestone):
            source = make_source()
            page = make(source=source, slug=f"{SLUG}-source-{state}", **marked(KIND[make]))
            mark_what_hangs_on(page)
            hidden.append(page)
            force(source, state)
    return hidden


LAPSES = {
    "missing": lambda consents: consents.delete(),
    "expired": lambda consents: consents.update(expires_on=YESTERDAY),
    "withdrawn": lambda consents: consents.update(withdrawn_on=YESTERDAY),
    "without-ru": lambda consents: consents.update(language_ru=False),
    "print-only": lambda consents: consents.update(channel_web=False),
    "no-assent": lambda consents: consents.update(child_agreed_on=None),
}


def hidden_by_consent() -> list:
    hidden = []
    for name, lapse in LAPSES.items():
        slug = f"{SLUG}-consent-{name}"
        story = make_story_with_child(slug=slug, **marked_story())
        story.subjects.update(label=TEXT, label_en=TEXT)
        lapse(Consent.objects.filter(subject__story=story))
        hide_picture(story, "nobody")
        hidden.append(story)
    return hidden


def hidden_by_picture() -> list:
    """The text is covered by a consent that lives, the picture of the child is not."""
    hidden = []
    for name in ("unlisted", "text-only", "expired"):
        story = make_story_with_child(slug=f"{SLUG}-picture-{name}", **marked_story())
        story.subjects.update(label=TEXT, label_en=TEXT)
        photo = hide_picture(story, "children")
        if name != "unlisted":
            lapse = {"medium_photo": False} if name == "text-only" else {"expires_on": YESTERDAY}
            consent = {"medium_photo": True} | lapse
            make_consent(story.subjects.get(), **consent).photos.add(photo)
        hidden.append(story)
    return hidden


def hidden_pictures(world) -> list:
    """Of public records, but not to be shown themselves."""
    pages = (world[name] for name in ("programme", "milestone", "indicator", "story", "about"))
    return [
        *(hide_picture(page, "nobody", obscured=True) for page in pages),
        hide_picture(world["programme"], "children"),
        hide_picture(world["about"], "children"),
    ]


def private_texts(world) -> None:
    """Of public records, for staff alone."""
    Story.objects.filter(pk=world["story"].pk).update(risk_assessment=TEXT)


def marked_story() -> dict:
    return {name: v for name, v in marked(Story).items() if not name.startswith("risk")}


# Ties to public records


def tie(world: dict, hidden: list) -> None:
    """Each hidden record on both ends of every relation that its kind has with a public one."""
    for page in hidden:
        for relation in relations_to(type(page)):
            if relation.many_to_many:
                tie_many(world, relation, page)
            else:
                MAKE[relation.model](**{relation.name: page})
        for relation in filter(is_simple, page._meta.many_to_many):
            for public in public_of(world, relation.related_model):
                getattr(page, relation.name).add(public)
        tie_by_hand(world, page)


def is_simple(field) -> bool:
    """Set by editors; what runs through a model of its own is tied by hand."""
    own_model = field.many_to_many and not field.remote_field.through._meta.auto_created
    return field.editable and not own_model


def relations_to(model) -> list:
    """Fields of pages that point at this kind."""
    fields = (f for page in MAKE for f in (*page._meta.fields, *page._meta.many_to_many))
    return [field for field in fields if field.related_model is model and is_simple(field)]


def tie_many(world, relation, page) -> None:
    for public in public_of(world, relation.model):
        getattr(public, relation.name).add(page)


def public_of(world, model) -> list:
    return [r for name, r in world.items() if type(r) is model and name != "gone"]


def tie_by_hand(world, page) -> None:
    match page._meta.model_name:
        case "source":
            for public in (world["milestone"], world["indicator"], world["programme"]):
                cite(public, page, locator=TEXT, says=TEXT, says_ru=TEXT, says_kk=TEXT)
                cite(public, page, locator=TEXT, stance="differs")
            make_observation(world["indicator"], source=page, **texts_of_observation())
            make_membership(source=page, initiative=world["programme"], note=TEXT)
        case "region":
            make_observation(world["indicator"], region=page)
        case "partner":
            make_participation(world["programme"], page, name_at_time=TEXT)
        case "programme":
            make_participation(page, world["partner"], name_at_time=TEXT)
            page.parent = world["area"]
            page.save()


def texts_of_observation() -> dict:
    return {n: v for n, v in marked(Observation).items() if n != "locator"} | {"locator": TEXT}


@pytest.fixture(scope="module")
def world(module_db):
    return surfaces.make_world()


@pytest.fixture(scope="module")
def hidden(world):
    hidden = [*hidden_by_state(), *hidden_by_source(), *hidden_by_consent(), *hidden_by_picture()]
    tie(world, hidden)
    hidden_pictures(world)
    for page in hidden:
        Correction.objects.create(record=page, **marked(Correction))
    for page in world.values():
        if isinstance(page, Page) and page.status == "published":
            propose_markers(page)
    private_texts(world)
    return hidden


def propose_markers(page) -> None:
    """A change of a public record that puts the marker into every text, and into a new row."""
    content, texts = document(page), marked(type(page))
    content["fields"] |= {name: TEXT for name in content["fields"] if name in texts}
    for rows in content["rows"].values():
        for row in rows:
            row["fields"] |= {n: TEXT for n in row["fields"] if n.startswith(("says", "locator"))}
    proposal = Proposal.of(page, content, actor=make_user(), comment=TEXT, is_correction=True)
    ReviewLink.make(page, actor=make_user("superuser"), reader=TEXT, days=1)
    assert TEXT in str(proposal.document)


def leaks_on(client, path: str, *markers: str) -> bool:
    response = client.get(path)
    body = unpacked(response.getvalue()).decode(errors="replace") + str(response.headers)
    return any(marker in body for marker in markers)


def unpacked(body: bytes) -> bytes:
    """A workbook is a ZIP too."""
    if not body.startswith(b"PK"):
        return body
    with ZipFile(io.BytesIO(body)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


# The sweep


def test_hidden_records_are_there(hidden):
    """Guards the sweep itself: many records, and none of them public."""
    public = [p for p in hidden if type(p).objects.public().filter(pk=p.pk).exists()]
    assert (len(hidden) >= 54, public) == (True, [])


def test_hidden_records_carry_the_marker_in_every_text(hidden):
    story = next(page for page in hidden if isinstance(page, Story))
    assert {getattr(story, f"{n}_{c}") for n in translated_names(Story) for c in CODES} <= {
        TEXT,
        f"<p>{TEXT}</p>",
    }


@pytest.mark.parametrize("language", surfaces.LANGUAGES)
def test_no_address_shows_them(client, world, hidden, language):
    pages = [*surfaces.pages(language, world), *surfaces.around(), *surfaces.pictures(world)]
    pages += surfaces.files(language, world)
    assert [str(p) for p in pages if leaks_on(client, p.path, TEXT, SLUG)] == []


def test_no_data_holds_them(client, world, hidden):
    found = surfaces.data(world)
    assert [str(s) for s in found if leaks_on(client, s.path, TEXT, SLUG)] == []


def test_unpacking_finds_what_is_in_a_file(client, world, hidden):
    """Guards the test above."""
    titles = [world[kind].title for kind in ("programme", "story")]
    files = ("/api/v1/programmes/?format=xlsx", "/data/unicef-kazakhstan.zip")
    assert [leaks_on(client, files[0], titles[0]), leaks_on(client, files[1], *titles)] == [
        True,
        True,
    ]


def test_no_address_shows_them_to_staff_either(as_superuser, world, hidden):
    pages = [s for s in surfaces.pages("en", world) if "?" not in s.path]
    assert [str(p) for p in pages if leaks_on(as_superuser, p.path, TEXT, SLUG)] == []


def test_every_public_record_hides_them(client, hidden):
    """Also the public records that exist only to point at a hidden one."""
    paths = {
        page.get_absolute_url()
        for model in MAKE
        for page in model.objects.public()
        if page.get_absolute_url()
    }
    assert sorted(p for p in paths if leaks_on(client, p, TEXT, SLUG)) == []


@pytest.mark.parametrize("language", surfaces.LANGUAGES)
def test_their_own_addresses_tell_nothing(client, hidden, language):
    with override(language):
        pages = [(p, p.get_absolute_url()) for p in hidden if p.get_absolute_url()]
    answers = {
        path: (response.status_code, TEXT in response.content.decode())
        for page, path in pages
        if (response := client.get(path))
    }
    wanted = {path: (410 if page.status == "withdrawn" else 404, False) for page, path in pages}
    assert answers == wanted


def test_pictures_of_hidden_records_are_not_served(client, hidden):
    photos = Photo.objects.filter(credit=TEXT)
    answers = {
        photo.address(width, extension): client.get(photo.address(width, extension)).status_code
        for photo in photos
        for width in photo.widths
        for extension in ENCODERS
    }
    wanted = {
        photo.address(width, extension): 410 if photo.record.status == "withdrawn" else 404
        for photo in photos
        for width in photo.widths
        for extension in ENCODERS
    }
    assert answers == wanted


def test_pictures_of_hidden_records_are_there(hidden):
    """Guards the test above: every hidden record has one, and no file is missing."""
    photos = Photo.objects.filter(credit=TEXT)
    records = {(photo.content_type_id, photo.object_id) for photo in photos}
    assert len(records) >= len(hidden)
    names = [name for p in photos for name in file_names(p.image.name, p.width)]
    exist = [storages["private"].exists(n) for n in names if not n.startswith("originals/")]
    assert set(exist) == {True}


@pytest.mark.parametrize("kind", surfaces.LISTS)
def test_no_list_finds_them_by_their_words(client, hidden, kind):
    with override("en"):
        path = f"{surfaces.reverse(surfaces.LISTS[kind])}?q={TEXT}"
    assert client.get(path).context["total"] == 0


def test_search_does_not_find_them(client, hidden):
    assert client.get(f"/en/search/?q={TEXT}").context["page_obj"].paginator.count == 0


def test_no_suggestion_names_them(client, hidden):
    answers = [client.get(f"/en/search/suggest/?q={word}").json() for word in (TEXT, TEXT[:5])]
    assert answers == [{"suggestions": []}] * 2


def test_no_misspelt_word_brings_theirs_up(client, hidden):
    assert client.get(f"/en/search/?q={TEXT[:-1]}m").context["search"].better == ""


@pytest.mark.parametrize(
    ("parameter", "model"),
    [("programme", "programme"), ("cycle", "cycle"), ("partner", "partner")],
)
def test_filter_by_a_hidden_record_answers_like_an_unknown_one(client, hidden, parameter, model):
    def answer(slug):
        response = client.get(f"/en/timeline/?{parameter}={slug}")
        messages = response.context["filters"].messages[parameter]
        return response.context["total"], [m.replace(slug, "…") for m in messages]

    assert answer(f"{SLUG}-{model}-draft") == answer("no-such-record")


def test_filter_by_a_hidden_region_answers_like_an_unknown_one(client, hidden):
    code = Region.objects.get(slug=f"{SLUG}-region-draft").iso
    response = client.get(f"/en/timeline/?region={code}")
    assert (response.context["total"], list(response.context["filters"].messages)) == (
        0,
        ["region"],
    )


def test_no_facet_offers_them(client, world, hidden):
    offered = []
    for surface in surfaces.lists("en", world):
        if surface.name.endswith(" list"):
            for facet in client.get(surface.path).context["filters"].facets:
                offered += [option["code"] for option in facet["options"]]
    assert [code for code in offered if SLUG in code] == []
