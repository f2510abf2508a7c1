"""nginx sends a file only after the site has asked all that it asks without nginx."""

import pytest

from unicef_kz.content.models import AuditEntry

from .factories import NON_PUBLIC, a_picture, make_photo, make_programme, make_source

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def accel(settings):
    settings.ACCEL = True


def address(photo) -> str:
    return photo.address(photo.widths[-1])


def test_a_public_picture_is_left_to_the_server(client):
    photo = make_photo(make_programme())
    response = client.get(address(photo))
    assert (response.status_code, response.content) == (200, b"")
    assert response["X-Accel-Redirect"] == f"/protected/{photo.token}-{photo.widths[-1]}.jpg"
    assert response["Content-Type"] == "image/jpeg"
    assert response["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("state", NON_PUBLIC)
def test_a_picture_that_is_not_public_is_not(client, state):
    response = client.get(address(make_photo(make_programme(state=state))))
    assert response.status_code == (410 if state == "withdrawn" else 404)
    assert "X-Accel-Redirect" not in response


def test_a_picture_whose_file_was_lost_is_not_there(client, private_folder):
    photo = make_photo(make_programme())
    for path in private_folder.iterdir():
        path.unlink()
    assert client.get(address(photo)).status_code == 404


def test_a_private_file_is_logged_and_downloaded(as_reviewer, sign_in):
    source = make_source(archived=a_picture())
    response = as_reviewer.get(source.archived.url)
    assert response["X-Accel-Redirect"] == f"/protected/{source.archived.name}"
    assert (
        response["Content-Disposition"] == f'attachment; filename="source-{source.pk}-archived.jpg"'
    )
    assert AuditEntry.objects.filter(action="download").count() == 1


def test_a_private_file_stays_closed_to_visitors(client):
    response = client.get(make_source(archived=a_picture()).archived.url)
    assert response.status_code == 302
    assert "X-Accel-Redirect" not in response
