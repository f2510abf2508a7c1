"""Pictures in the admin: what is refused, obscured, confirmed, and by whom."""

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from programmes.models import Programme
from unicef_kz.content.models import AuditEntry, Photo
from unicef_kz.content.publishing import Refused

from .conftest import signed_in
from .factories import (
    NO_RISK,
    a_picture,
    make_consent,
    make_photo,
    make_place,
    make_programme,
    make_story,
    make_story_with_child,
    make_story_with_picture,
    make_subject,
    make_user,
)
from .test_admin import address, change, inline, typed
from .test_images import BAD, noise, stored
from .test_media import fetch

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def a_photo(record=None, **values) -> Photo:
    values = {"image": noise(), "uploaded_by": make_user("Editor")} | values
    return make_photo(record or make_programme(state="draft"), **values)


def reloaded(photo) -> Photo:
    return Photo.objects.get(pk=photo.pk)


def problems(record) -> list[str]:
    return [p.message for p in record.problems() if p.field == "photos"]


# Problems


def test_picture_needs_a_text_in_the_first_language():
    record = make_programme(state="draft", source_language="ru", title_ru="О", summary_ru="О")
    make_photo(record)
    assert problems(record) == ["A picture has no alternative text in Russian, the first language."]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"identifiable": "children"}, ["A child can be recognised"]),
        ({"identifiable": "adults"}, []),
        ({"obscured": True}, ["A second person has to confirm"]),
        (
            {"identifiable": "children", "origin": "generated"},
            ["A child can be recognised", "“A room” is generated"],
        ),
        ({"origin": "generated"}, []),
    ],
)
def test_what_keeps_a_picture_from_being_public(values, words):
    record = make_programme(state="draft")
    make_photo(record, **values)
    found = problems(record)
    assert [text[: len(w)] for text, w in zip(found, words, strict=True)] == words


def test_confirmed_masking_is_no_problem(reviewer):
    photo = a_photo(obscured=True, identifiable="children")
    photo.confirm_masking(actor=reviewer, seen=photo.token)
    assert problems(photo.record) == []


def test_covered_picture_of_a_child_is_no_problem():
    assert problems(make_story_with_picture(state="draft")) == []


@pytest.mark.parametrize(
    "circumstance",
    ["sexual_abuse", "perpetrator", "conflict_with_law", "combatant"],
)
@pytest.mark.parametrize("identity", ["pseudonym", "unnamed", "aggregate"])
def test_picture_never_stands_beside_such_a_child(circumstance, identity):
    story = make_story_with_picture(state="draft")
    make_subject(story, label="Z", identity=identity, circumstances=[circumstance])
    assert problems(story) == [
        "“Z” may not be recognised in a picture: obscure it or take it away."
    ]


def test_obscured_picture_may_stand_beside_such_a_child(reviewer):
    story = make_story(state="draft", **NO_RISK)
    make_subject(story, circumstances=["refugee"])
    photo = a_photo(story, obscured=True, identifiable="children")
    photo.confirm_masking(actor=reviewer, seen=photo.token)
    assert problems(story) == []


def test_name_place_and_picture_never_stand_together():
    story = make_story_with_picture(state="draft", place=make_place())
    assert problems(story) == ["Name, exact place and picture of a child never stand together."]


def test_credit_is_searched_for_personal_data():
    story = make_story(state="draft")
    make_photo(story, credit="somebody@example.org")
    assert len(problems(story)) == 1


# Confirming


def confirm(client, photo, token=None):
    path = reverse("admin:content_photo_confirm_masking", args=[photo.pk])
    return client.post(path, {"picture": token or photo.token}, follow=True)


def said(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_second_person_confirms_and_it_is_audited(as_editor, editor):
    photo = a_photo(obscured=True)
    confirm(as_editor, photo)
    entry = AuditEntry.objects.get(action="masking")
    assert (reloaded(photo).masking_confirmed_by, entry.actor, entry.record, entry.comment) == (
        editor,
        editor,
        photo.record,
        "A room",
    )


@pytest.mark.parametrize("role", ["Editor", "Reviewer", "superuser"])
@pytest.mark.parametrize("two_people", [True, False])
def test_who_changed_the_picture_never_confirms_it(settings, role, two_people):
    settings.TWO_PEOPLE = two_people
    user = make_user(role)
    photo = a_photo(obscured=True, uploaded_by=user)
    response = confirm(signed_in(user), photo)
    assert (reloaded(photo).masking_confirmed_at, said(response)) == (
        None,
        ["You changed this picture, so somebody else confirms it."],
    )


def test_picture_that_was_changed_meanwhile_is_not_confirmed(as_editor):
    photo = a_photo(obscured=True)
    seen = photo.token
    photo.image = a_picture()
    photo.save()
    response = confirm(as_editor, photo, seen)
    assert (reloaded(photo).masking_confirmed_at, said(response)) == (
        None,
        ["The picture was changed since you opened this page. Look at it again."],
    )


def test_picture_that_is_not_obscured_is_not_confirmed(editor):
    photo = a_photo()
    with pytest.raises(Refused):
        photo.confirm_masking(actor=editor, seen=photo.token)


def test_another_picture_needs_another_confirmation(editor):
    photo = a_photo(obscured=True)
    photo.confirm_masking(actor=editor, seen=photo.token)
    photo = reloaded(photo)
    photo.image = a_picture()
    photo.save()
    assert (reloaded(photo).masking_confirmed_by, reloaded(photo).masking_confirmed_at) == (
        None,
        None,
    )


@pytest.mark.parametrize("step", ["confirm_masking", "obscure"])
@pytest.mark.parametrize(
    ("role", "expected"),
    [("Editor", 403), ("Reviewer", 200), ("Safeguarding lead", 403), ("Administrator", 403)],
)
def test_steps_are_for_those_who_may_change_the_record(sign_in, step, role, expected):
    photo = a_photo(make_programme(), obscured=True)
    response = sign_in(role).get(reverse(f"admin:content_photo_{step}", args=[photo.pk]))
    assert response.status_code == expected


def test_page_offers_no_confirmation_to_who_changed_the_picture(as_editor, editor):
    path = "admin:content_photo_confirm_masking"
    photos = [a_photo(obscured=True), a_photo(obscured=True, uploaded_by=editor)]
    pages = [as_editor.get(reverse(path, args=[p.pk])).getvalue().decode() for p in photos]
    assert ["Nobody can be recognised: confirm" in html for html in pages] == [True, False]


# Obscuring

FACE = {"form-0-x": "25", "form-0-y": "25", "form-0-width": "50", "form-0-height": "50"}


def obscure(client, photo, token=None, **areas):
    data = {
        "picture": token or photo.token,
        "form-TOTAL_FORMS": "4",
        "form-INITIAL_FORMS": "0",
        **(areas or FACE),
    }
    return client.post(reverse("admin:content_photo_obscure", args=[photo.pk]), data, follow=True)


def colours(photo, box) -> int:
    with photo.image.open() as file:
        return len(Image.open(file).crop(box).getcolors(1_000_000))


def test_obscuring_destroys_the_pixels(as_editor):
    photo = a_photo()
    face = (160, 110, 240, 190)
    before = colours(photo, face)
    obscure(as_editor, photo)
    assert (before > 5_000, colours(reloaded(photo), face) < 300) == (True, True)


def test_every_size_is_made_from_the_obscured_picture(as_editor):
    photo = a_photo()
    obscure(as_editor, photo)
    photo, spread = reloaded(photo), []
    for extension in ("jpg", "webp"):
        with storages["private"].open(f"{photo.token}-480.{extension}") as file:
            # Well inside one block of the six across.
            area = Image.open(file).convert("L").crop((125, 85, 150, 110))
            low, high = area.getextrema()
            spread.append(high - low < 12)
    assert spread == [True, True]


def test_nothing_of_the_old_picture_stays(
    client, as_reviewer, private_folder, settings, django_capture_on_commit_callbacks
):
    settings.KEEP_ORIGINALS = True
    photo = a_photo(make_programme())
    before, path = stored(private_folder), photo.address(480)
    assert (len(before), fetch(client, path).status_code) == (4, 200)
    with django_capture_on_commit_callbacks(execute=True):
        obscure(as_reviewer, photo)
    after = stored(private_folder)
    assert (set(before) & set(after), len(after), client.get(path).status_code) == (set(), 3, 404)


def test_obscured_picture_waits_for_a_second_person(as_editor, editor):
    photo = a_photo(obscured=True)
    photo.confirm_masking(actor=make_user("Editor"), seen=photo.token)
    obscure(as_editor, photo)
    photo = reloaded(photo)
    assert (photo.obscured, photo.uploaded_by, photo.masking_confirmed_at) == (True, editor, None)


def test_obscuring_is_audited_and_changes_the_record(as_editor, editor):
    photo = a_photo()
    obscure(as_editor, photo)
    entry = AuditEntry.objects.get(action="obscure")
    record = Programme.objects.get(pk=photo.object_id)
    assert (entry.actor, entry.record, record.changed_by) == (editor, record, editor)


def test_several_areas_are_obscured_at_once(as_editor):
    photo = a_photo()
    second = {"form-2-x": "0", "form-2-y": "0", "form-2-width": "20", "form-2-height": "20"}
    response = obscure(as_editor, photo, **FACE | second)
    assert said(response)[0].startswith("2 areas were obscured for good.")


@pytest.mark.parametrize(
    ("areas", "error"),
    [
        ({"form-0-x": ""}, "Mark at least one area."),
        ({"form-0-x": "10"}, "This field is required."),
        (FACE | {"form-0-x": "-1"}, "Ensure this value is greater than or equal to 0."),
        (FACE | {"form-0-width": "0"}, "Ensure this value is greater than or equal to 0.1."),
        (FACE | {"form-0-width": "101"}, "Ensure this value is less than or equal to 100."),
        (FACE | {"form-0-x": "nan"}, "Enter a number."),
    ],
)
def test_wrong_areas_are_refused_with_the_reason(as_editor, areas, error):
    photo = a_photo()
    response = obscure(as_editor, photo, **areas)
    html = response.getvalue().decode()
    assert (error in html, reloaded(photo).image.name) == (True, photo.image.name)


def test_areas_for_another_picture_are_refused(as_editor):
    photo = a_photo()
    response = obscure(as_editor, photo, token="0" * 32)
    assert (reloaded(photo).image.name, said(response)) == (
        photo.image.name,
        ["The picture was changed since you opened this page. Look at it again."],
    )


# In the form of a record


def upload(data: bytes, name="Name of a child.jpg"):
    return SimpleUploadedFile(name, data, content_type="image/jpeg")


def add_photo(client, record, data: bytes, **values):
    """Sends the form of the record with one more photo in it."""
    response = client.get(address(type(record), "change", record.pk))
    prefix = inline(response, "photo")
    number = record.photos.count()
    row = {"image": upload(data), "alt_en": "A room", "identifiable": "nobody"} | values
    fields = {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    total = {f"{prefix}-TOTAL_FORMS": number + 1}
    sent = typed(response, **fields, **total, origin="photograph")
    sent |= {f"{prefix}-{number}-origin": "photograph", f"{prefix}-{number}-position": "0"}
    return client.post(address(type(record), "change", record.pk), sent)


def test_upload_notes_who_did_it(as_editor, editor):
    record = make_programme(state="draft")
    response = add_photo(as_editor, record, a_picture().read())
    assert (response.status_code, record.photos.get().uploaded_by) == (302, editor)


@pytest.mark.parametrize("kind", BAD)
def test_form_refuses_what_is_no_picture_and_keeps_the_rest(as_editor, private_folder, kind):
    record = make_programme(state="draft")
    response = add_photo(as_editor, record, BAD[kind], alt_en="Typed in vain")
    photos = next(
        i.formset for i in response.context["inline_admin_formsets"] if i.formset.model is Photo
    )
    form = photos.forms[0]
    assert (response.status_code, list(form.errors), form["alt_en"].value()) == (
        200,
        ["image"],
        "Typed in vain",
    )
    assert stored(private_folder) == {}


def test_ticking_obscured_is_confirmed_by_somebody_else(as_editor, editor):
    photo = a_photo()
    prefix = inline(as_editor.get(address(Programme, "change", photo.object_id)), "photo")
    change(as_editor, photo.record, **{f"{prefix}-0-obscured": "on"})
    assert (reloaded(photo).obscured, reloaded(photo).uploaded_by) == (True, editor)


def test_refused_change_of_a_public_record_leaves_no_file(as_reviewer, alone, private_folder):
    record = make_programme()
    response = add_photo(as_reviewer, record, a_picture().read(), identifiable="children")
    assert (response.status_code, record.photos.count(), stored(private_folder)) == (200, 0, {})


def test_obscured_picture_may_be_added_in_public_and_waits(as_reviewer, alone, client):
    record = make_programme()
    response = add_photo(as_reviewer, record, a_picture().read(), obscured="on")
    photo = record.photos.get()
    assert (response.status_code, client.get(photo.address(64)).status_code) == (302, 404)


def test_form_shows_the_picture_and_the_next_step(as_editor):
    photo = a_photo(obscured=True)
    html = as_editor.get(address(Programme, "change", photo.object_id)).getvalue().decode()
    links = [f'src="{photo.preview_address(480)}"', "/obscure/", "/confirm-masking/"]
    assert [link for link in links if link not in html] == []


def test_open_problem_links_to_the_pictures(as_editor):
    photo = a_photo(obscured=True)
    html = as_editor.get(address(Programme, "change", photo.object_id)).getvalue().decode()
    assert (html.count('href="#id_photos"'), html.count('id="id_photos"')) == (1, 1)


# Consents


def test_lead_chooses_the_pictures_of_a_consent(as_lead):
    story = make_story_with_child()
    photo = make_photo(story, identifiable="children")
    make_photo(make_story(), identifiable="children")
    consent = make_consent(story.subjects.get(), medium_photo=True)
    path = reverse("admin:stories_consent_change", args=[consent.pk])
    offered = list(as_lead.get(path).context["adminform"].form.fields["photos"].queryset)
    change(as_lead, consent, photos=[photo.pk])
    assert (offered, list(consent.photos.all())) == ([photo], [photo])


def test_picture_of_another_story_is_not_chosen(as_lead):
    subject = make_story_with_child().subjects.get()
    other = make_photo(make_story(), identifiable="children")
    consent = subject.consents.get()
    fields = {"subject": subject.pk, "expires_on": consent.expires_on, "photos": [other.pk]}
    response = as_lead.post(reverse("admin:stories_consent_add"), fields)
    assert list(response.context["adminform"].form.errors) == ["photos"]
