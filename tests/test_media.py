"""Pictures are served while their record is public and they may be shown, and never else."""

import datetime
import re

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from stories.models import Consent, Story
from unicef_kz.content.models import AuditEntry, Photo

from .conftest import signed_in
from .factories import (
    NON_PUBLIC,
    a_picture,
    make_consent,
    make_page,
    make_photo,
    make_programme,
    make_source,
    make_story,
    make_story_with_child,
    make_story_with_picture,
    make_subject,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]
YESTERDAY = timezone.localdate() - datetime.timedelta(days=1)


def a_photo(record=None, **values) -> Photo:
    return make_photo(record or make_programme(), **values)


def address(photo, extension="jpg") -> str:
    return photo.address(photo.widths[-1], extension)


def fetch(client, path, **headers):
    """Reads the answer too, which closes the file behind it."""
    response = client.get(path, **headers)
    response.body = response.getvalue()
    return response


def status(client, photo) -> int:
    return fetch(client, address(photo)).status_code


# Who gets it


@pytest.mark.parametrize(("extension", "start"), [("jpg", b"\xff\xd8\xff"), ("webp", b"RIFF")])
def test_picture_of_a_public_record_is_served(client, extension, start):
    assert fetch(client, address(a_photo(), extension)).body[: len(start)] == start


@pytest.mark.parametrize("state", NON_PUBLIC)
def test_picture_of_a_record_that_is_not_public_is_not_served(client, state):
    photo = a_photo(make_programme(state=state))
    assert status(client, photo) == (410 if state == "withdrawn" else 404)


def test_staff_get_no_more_from_the_public_address(as_superuser):
    assert status(as_superuser, a_photo(make_programme(state="draft"))) == 404


def test_picture_of_a_scheduled_record_appears_at_its_hour(client):
    photo = a_photo(make_programme(state="scheduled"))
    with time_machine.travel(timezone.now() + datetime.timedelta(days=31), tick=False):
        assert status(client, photo) == 200


def test_withdrawal_is_seen_at_once(client, reviewer):
    photo = a_photo()
    before = fetch(client, address(photo))
    photo.record.withdraw(actor=reviewer, comment="test")
    after = fetch(client, address(photo), HTTP_IF_NONE_MATCH=before["ETag"])
    assert (before.status_code, after.status_code) == (200, 410)


def test_picture_of_a_deleted_photo_is_not_there(client):
    photo = a_photo()
    path = address(photo)
    photo.delete()
    assert client.get(path).status_code == 404


def test_picture_whose_file_was_lost_is_not_there(client, private_folder):
    photo = a_photo()
    for file in private_folder.iterdir():
        file.unlink()
    assert status(client, photo) == 404


# A child that can be recognised


def test_child_with_consent_is_shown(client):
    story = make_story_with_picture()
    assert status(client, story.photos.get()) == 200


LAPSES = {
    "missing": lambda consents: consents.delete(),
    "expired": lambda consents: consents.update(expires_on=YESTERDAY),
    "withdrawn": lambda consents: consents.update(withdrawn_on=YESTERDAY),
    "not in this language": lambda consents: consents.update(language_en=False),
    "not for pictures": lambda consents: consents.update(medium_photo=False),
    "not on the web": lambda consents: consents.update(channel_web=False),
    "not explained": lambda consents: consents.update(explained=False),
    "no assent": lambda consents: consents.update(child_agreed_on=None),
    "not this picture": lambda consents: consents.get().photos.clear(),
}


@pytest.mark.parametrize("lapse", LAPSES)
def test_lapse_hides_the_story_and_its_picture(client, lapse):
    """Another consent still covers the text."""
    story = make_story_with_picture()
    LAPSES[lapse](Consent.objects.filter(photos__isnull=False))
    assert (Story.objects.public().count(), status(client, story.photos.get())) == (0, 404)


@pytest.mark.parametrize("lapse", LAPSES)
def test_lapse_is_a_problem(lapse):
    story = make_story_with_picture()
    LAPSES[lapse](Consent.objects.filter(photos__isnull=False))
    assert [p.field for p in story.problems()] == ["photos"]


def test_picture_needs_a_consent_for_every_language_of_the_text(client):
    story = make_story_with_picture(consent={"language_ru": False})
    before = status(client, story.photos.get())
    Story.objects.update(summary_ru="Текст")
    assert (before, status(client, story.photos.get())) == (200, 404)


def test_every_child_in_the_picture_goes_on_agreeing(client):
    story = make_story_with_picture()
    photo, friend = story.photos.get(), make_subject(story, identity="identified")
    make_consent(friend, medium_photo=True, withdrawn_on=YESTERDAY).photos.add(photo)
    make_consent(friend)
    assert status(client, photo) == 404


def test_consent_of_another_story_does_not_help(client):
    story, other = make_story_with_child(), make_story_with_child()
    photo = a_photo(story, identifiable="children")
    make_consent(other.subjects.get(), medium_photo=True).photos.add(photo)
    assert status(client, photo) == 404


@pytest.mark.parametrize("who", [{"is_child": False}, {"identity": "aggregate"}])
def test_only_a_child_of_the_story_agrees_to_its_picture(client, who):
    story = make_story()
    photo = a_photo(story, identifiable="children")
    make_consent(make_subject(story, **who), medium_photo=True).photos.add(photo)
    assert status(client, photo) == 404


@pytest.mark.parametrize(("names_hiv", "expected"), [(True, 200), (False, 404)])
def test_picture_of_a_child_with_hiv_needs_a_consent_that_names_it(client, names_hiv, expected):
    story = make_story_with_picture(consent={"covers_hiv": names_hiv})
    make_consent(story.subjects.get(), covers_hiv=True)
    story.subjects.update(circumstances=["hiv"])
    assert status(client, story.photos.get()) == expected


@pytest.mark.parametrize("make", [make_programme, make_page])
def test_child_is_never_shown_where_no_consents_are_kept(client, make):
    assert status(client, a_photo(make(), identifiable="children")) == 404


@pytest.mark.parametrize("confirmed", [True, False])
def test_obscured_picture_is_shown_once_it_is_confirmed(client, confirmed):
    at = timezone.now() if confirmed else None
    photo = a_photo(identifiable="children", obscured=True, masking_confirmed_at=at)
    assert status(client, photo) == (200 if confirmed else 404)


# Addresses


@pytest.mark.parametrize(
    "change",
    [
        ("/64.", "/65."),
        ("/64.", "/064."),
        ("/64.", "/480."),
        (".jpg", ".png"),
        (".jpg", ".JPG"),
        (".jpg", ".jpg%0A"),
        ("/64.jpg", ".jpg"),
        ("/64.jpg", "-64.jpg"),
        ("/64.jpg", "/"),
        ("/media/", "/media/../"),
        ("/media/", "/private/"),
        ("/media/", "/media/originals/"),
    ],
)
def test_other_addresses_find_nothing(client, change):
    assert client.get(address(a_photo()).replace(*change)).status_code == 404


def test_master_and_original_have_no_address(client, settings):
    settings.KEEP_ORIGINALS = True
    photo = a_photo()
    names = [photo.image.name, f"originals/{photo.token}"]
    folders = ("", "/media", "/static", "/private", "/en")
    paths = [f"{folder}/{name}" for folder in folders for name in names]
    assert {client.get(path).status_code for path in paths} == {404}


def test_headers(client):
    photo = a_photo()
    response = fetch(client, address(photo, "webp"))
    names = ("Content-Type", "Cache-Control", "Content-Disposition", "X-Content-Type-Options")
    assert [response[name] for name in names] == ["image/webp", "no-cache", "inline", "nosniff"]
    assert (dict(response.cookies), "ookie" in response.get("Vary", "")) == ({}, False)


@pytest.mark.parametrize(
    ("header", "name"), [("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified")]
)
def test_browser_that_has_it_is_told_so(client, header, name):
    path = address(a_photo())
    first = fetch(client, path)
    again = fetch(client, path, headers={header: first[name]})
    assert (again.status_code, again.body, again[name]) == (304, b"", first[name])


def test_head_is_answered_and_post_is_not(client):
    path = address(a_photo())
    head = client.head(path)
    head.close()
    assert (head.status_code, head["Content-Type"], client.post(path).status_code) == (
        200,
        "image/jpeg",
        405,
    )


def test_picture_costs_a_few_queries(client, django_assert_num_queries):
    photo = make_story_with_picture().photos.get()
    fetch(client, address(photo))
    with django_assert_num_queries(2):
        fetch(client, address(photo))


# Preview


def preview(client, photo):
    return fetch(client, photo.preview_address(photo.widths[-1]))


@pytest.mark.parametrize("state", [*NON_PUBLIC, "published"])
def test_staff_preview_a_picture_of_any_state(as_editor, state):
    response = preview(as_editor, a_photo(make_programme(state=state)))
    assert (response.status_code, response["X-Robots-Tag"]) == (200, "noindex, nofollow")
    assert response["Cache-Control"].split(", ")[0] == "no-store"


def test_preview_asks_visitors_to_sign_in(client):
    photo = a_photo()
    assert preview(client, photo)["Location"].startswith("/admin/login/")


def test_preview_is_for_those_who_may_see_the_record(db):
    nobody = make_user("Editor")
    nobody.groups.clear()
    assert preview(signed_in(nobody), a_photo()).status_code == 403


def test_preview_of_no_picture_is_not_there(as_editor):
    paths = [a_photo().preview_address(99), "/preview/media/999999/64.jpg"]
    assert [as_editor.get(path).status_code for path in paths] == [404, 404]


def test_preview_page_shows_pictures_of_a_draft(as_editor):
    photo = a_photo(make_programme(state="draft"))
    path = reverse("preview", args=["en", "programme", photo.object_id])
    html = as_editor.get(path).getvalue().decode()
    assert re.findall(r'src="(/[^"]*media/[^"]*)"', html) == [photo.preview_address(64)]


# On the page


def page_of(client, record) -> str:
    return client.get(record.get_absolute_url()).getvalue().decode()


def images(html) -> list[str]:
    return re.findall(r"<img[^>]*>", html)


@pytest.mark.parametrize("make", [make_programme, make_story, make_page])
def test_page_shows_its_pictures_in_order(client, make):
    record = make()
    second, first = a_photo(record, position=2, alt="Two"), a_photo(record, position=1, alt="One")
    tags = images(page_of(client, record))
    assert [re.search(r'\salt="(\w+)"', tag)[1] for tag in tags] == ["One", "Two"]
    assert [address(photo) in tag for photo, tag in zip((first, second), tags, strict=True)] == [
        True,
        True,
    ]


def test_picture_says_its_size_and_what_sizes_there_are(client):
    photo = a_photo(image=a_picture(size=(1000, 500)))
    html = page_of(client, photo.record)
    wanted = [
        'width="1000"',
        'height="500"',
        f'srcset="{photo.address(480, "webp")} 480w, {photo.address(960, "webp")} 960w"',
        f'srcset="{photo.address(480)} 480w, {photo.address(960)} 960w"',
        f'src="{photo.address(960)}"',
    ]
    assert [text for text in wanted if text not in html] == []


def test_all_but_the_first_picture_load_late(client):
    record = make_programme()
    for _number in range(3):
        a_photo(record)
    late = ['loading="lazy"' in tag for tag in images(page_of(client, record))]
    assert late == [False, True, True]


def test_alternative_text_in_another_language_says_so(client):
    record = make_programme()
    a_photo(record, alt="", alt_ru="Комната")
    [tag] = images(page_of(client, record))
    assert ('alt="Комната"' in tag, 'lang="ru"' in tag) == (True, True)


@pytest.mark.parametrize(
    ("origin", "words"),
    [
        ("staged", "A staged scene: it shows no real event."),
        ("illustration", "An illustration, not a photograph."),
        ("generated", "Generated by a machine: the people do not exist."),
    ],
)
def test_what_is_no_photograph_is_labelled(client, origin, words):
    assert words in page_of(client, a_photo(origin=origin).record)


def test_caption_credit_and_year_stand_below(client):
    html = page_of(client, a_photo(caption="In class", credit="A. Person", year=2017).record)
    figure = re.search(r"<figcaption>(.*?)</figcaption>", html, re.DOTALL)[1]
    words = " ".join(re.sub(r"<[^>]*>", " ", figure).split())
    assert words == "In class Photo: A. Person, 2017"


def test_page_leaves_out_what_may_not_be_shown(client):
    record = make_programme()
    a_photo(record, obscured=True)
    a_photo(record, identifiable="children")
    assert images(page_of(client, record)) == []


def test_story_card_shows_the_first_picture(client):
    programme = make_programme()
    photo = a_photo(make_story(programmes=[programme]))
    a_photo(photo.record, obscured=True)
    pages = [
        client.get("/en/stories/"),
        client.get("/en/"),
        client.get(f"/en/programmes/{programme.slug}/"),
    ]
    shown = [images(page.getvalue().decode()) for page in pages]
    assert [[address(photo) in tag for tag in tags] for tags in shown] == [[True]] * 3


# Private files


@pytest.fixture
def consent():
    consent = make_story_with_child().subjects.get().consents.get()
    consent.evidence.save("Name of a child.pdf", ContentFile(b"signed"))
    return consent


def test_lead_downloads_the_signed_form(as_lead, consent):
    response = fetch(as_lead, consent.evidence.url)
    caching = response["Cache-Control"].split(", ")[0]
    assert (response.body, caching, response["Content-Disposition"]) == (
        b"signed",
        "no-store",
        f'attachment; filename="consent-{consent.pk}-evidence.pdf"',
    )


def test_download_is_logged(as_lead, lead, consent):
    fetch(as_lead, consent.evidence.url)
    entry = AuditEntry.objects.get(action="download")
    assert (entry.record, entry.actor, entry.label) == (
        consent,
        lead,
        f"consent-{consent.pk}-evidence",
    )


@pytest.mark.parametrize("role", ["Editor", "Reviewer", "Administrator"])
def test_nobody_else_downloads_it(sign_in, consent, role):
    response = sign_in(role).get(consent.evidence.url)
    logged = AuditEntry.objects.filter(action="download").exists()
    assert (response.status_code, logged) == (403, False)


def test_download_asks_visitors_to_sign_in(client, consent):
    assert client.get(consent.evidence.url)["Location"].startswith("/admin/login/")


def test_forms_link_to_the_download(as_lead, as_editor, consent):
    source = make_source(state="draft")
    source.archived.save("page.html", ContentFile(b"<script>"))
    forms = {
        as_lead: (reverse("admin:stories_consent_change", args=[consent.pk]), consent.evidence),
        as_editor: (reverse("admin:content_source_change", args=[source.pk]), source.archived),
    }
    for client, (path, file) in forms.items():
        assert f'href="{file.url}"' in client.get(path).getvalue().decode()
    assert fetch(as_editor, source.archived.url)["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize(
    "path",
    [
        "stories.consent/{pk}/subject/",
        "stories.consent/{pk}/nothing/",
        "stories.nothing/{pk}/evidence/",
        "auth.user/{pk}/password/",
        "content.photo/{pk}/image/",
        "stories.consent/999999/evidence/",
    ],
)
def test_nothing_else_is_downloaded(as_superuser, consent, path):
    response = as_superuser.get(f"/admin/private/{path.format(pk=consent.pk)}")
    assert response.status_code == 404


def test_form_that_is_not_there_is_not_found(as_lead):
    consent = make_story_with_child().subjects.get().consents.get()
    assert as_lead.get(consent.evidence.url).status_code == 404
