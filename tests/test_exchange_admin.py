"""Import and export in the admin: the journey, the files on the way, and who may."""

import datetime

import pytest
import time_machine
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programmes.models import Indicator, Programme
from stories.models import Story
from timeline.models import Milestone
from unicef_kz.content.exchange.files import read
from unicef_kz.content.exchange.rows import State
from unicef_kz.content.exchange.sheets import Records
from unicef_kz.content.models import Source

from . import factories as make
from .test_exchange import errors, imported, milestone_row, states, table

pytestmark = [pytest.mark.django_db, pytest.mark.once]
LISTS = "admin:timeline_milestone"


@pytest.fixture(autouse=True)
def _own_files(private_folder):
    return private_folder


def upload(client, data: bytes, name="file.csv", query=""):
    file = SimpleUploadedFile(name, data)
    return client.post(reverse(f"{LISTS}_import") + query, {"file": file})


def confirm(client, page):
    fingerprint = {"fingerprint": page.context["fingerprint"], "confirm": "1"}
    return client.post(reverse(f"{LISTS}_import_check"), fingerprint)


def kept_files() -> list[str]:
    return storages["private"].listdir("imports")[1]


def test_editor_uploads_looks_and_confirms(as_editor):
    answer = upload(as_editor, milestone_row(title_en="A <b>new</b> one"))
    assert answer.url == reverse(f"{LISTS}_import_check")
    page = as_editor.get(answer.url)
    assert [row.state for row in page.context["rows"]] == [State.NEW]
    assert "<ins>A &lt;b&gt;new&lt;/b&gt; one</ins>" in page.content.decode()
    assert (Milestone.objects.count(), len(kept_files())) == (0, 1)
    assert confirm(as_editor, page).url == reverse(f"{LISTS}_changelist")
    assert (Milestone.objects.get().status, kept_files()) == ("draft", [])
    assert as_editor.get(answer.url).url == reverse(f"{LISTS}_import")


def test_records_that_changed_after_the_dry_run_are_shown_again(as_editor):
    milestone = make.make_milestone(state="draft", title="Old")
    upload(as_editor, table(("slug", "title_en"), (milestone.slug, "New")))
    page = as_editor.get(reverse(f"{LISTS}_import_check"))
    Milestone.objects.update(summary_en="Somebody else was here")
    again = confirm(as_editor, page)
    assert "Nothing was written: look again." in again.content.decode()
    milestone.refresh_from_db()
    assert milestone.title_en == "Old"
    confirm(as_editor, again)
    milestone.refresh_from_db()
    assert milestone.title_en == "New"


def test_wrong_rows_stand_first_and_cannot_be_confirmed(as_editor):
    head = ("slug", "title_en", "kind")
    upload(as_editor, table(head, ("a", "A", "event"), ("b", "B", "party")))
    page = as_editor.get(reverse(f"{LISTS}_import_check"))
    assert [row.number for row in page.context["rows"]] == [3, 2]
    assert "Import all of it" not in page.content.decode()
    assert confirm(as_editor, page).status_code == 200
    assert Milestone.objects.count() == 0


def test_unreadable_file_is_told_beside_the_field(as_editor):
    page = upload(as_editor, b"slug,nonsense\na,b")
    assert page.context["form"].errors == {
        "file": ["Unknown columns: nonsense. Correct their names, or take them out."]
    }


def test_more_changes_than_the_server_bears_are_refused(as_editor, monkeypatch):
    monkeypatch.setattr("unicef_kz.content.exchange.admin.MOST_CHANGES", 1)
    rows = [("a", "A", "event"), ("b", "B", "event")]
    upload(as_editor, table(("slug", "title_en", "kind"), *rows))
    page = as_editor.get(reverse(f"{LISTS}_import_check"), follow=True)
    assert "More than 1 records would change." in page.content.decode()


def test_file_that_is_given_up_is_deleted(as_editor):
    upload(as_editor, milestone_row())
    as_editor.post(reverse(f"{LISTS}_import_check"), {"cancel": "1"})
    assert kept_files() == []


def test_file_is_forgotten_after_an_hour(as_editor, editor):
    upload(as_editor, milestone_row())
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=61)
    with time_machine.travel(later):
        as_editor.force_login(editor)
        assert as_editor.get(reverse(f"{LISTS}_import_check")).status_code == 302


def test_file_that_nobody_came_back_for_is_deleted(as_editor, as_reviewer):
    upload(as_editor, milestone_row())
    first = kept_files()
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=61)
    with time_machine.travel(later):
        call_command("forget_uploads", verbosity=0)
    assert (len(first), kept_files()) == (1, [])


def test_upload_is_seen_by_who_uploaded_it_alone(as_editor, as_reviewer):
    upload(as_editor, milestone_row())
    assert as_reviewer.get(reverse(f"{LISTS}_import_check")).url == reverse(f"{LISTS}_import")
    assert len(kept_files()) == 1


def test_upload_for_one_kind_is_not_imported_as_another(as_editor):
    upload(as_editor, milestone_row())
    answer = as_editor.get(reverse("admin:programmes_programme_import_check"))
    assert answer.url == reverse("admin:programmes_programme_import")


def test_page_explains_each_column(as_editor):
    page = as_editor.get(reverse("admin:programmes_programme_import")).content.decode()
    columns = [f"<code>{name}</code>" in page for name in Records(Programme).fields]
    assert all(columns) and "1 (Planned), 2 (Under way)" in page


# Who may

RIGHTS = {
    "Editor": (200, 200, 403),
    "Reviewer": (200, 200, 200),
    "Safeguarding lead": (403, 200, 403),
    "Administrator": (403, 200, 403),
}


@pytest.mark.parametrize("role", RIGHTS)
def test_rights_of_each_role(sign_in, role):
    client = sign_in(role)
    addresses = [f"{LISTS}_import", f"{LISTS}_export", "admin:programmes_place_import"]
    assert tuple(client.get(reverse(name)).status_code for name in addresses) == RIGHTS[role]
    buttons = client.get(reverse(f"{LISTS}_changelist")).content.decode()
    assert (reverse(f"{LISTS}_import") in buttons) is (RIGHTS[role][0] == 200)
    for name in ("import_check", "import_template"):
        args = ["milestone", "csv"] if name == "import_template" else []
        status = client.get(reverse(f"{LISTS}_{name}", args=args)).status_code
        assert (status == 403) is (RIGHTS[role][0] == 403)


@pytest.mark.parametrize("role", [None, ""])
def test_nobody_else_gets_in(client, sign_in, role):
    client = client if role is None else sign_in(role)
    for name in ("import", "import_check", "export"):
        assert client.get(reverse(f"{LISTS}_{name}")).status_code == 302
    answer = client.get(reverse(f"{LISTS}_export_file", args=["milestone", "csv"]))
    assert answer.status_code == 302


def test_who_may_not_change_a_kind_gets_a_row_error(administrator, lead):
    assert errors(imported(milestone_row(), actor=administrator)) == [(2, "")]
    story = make.make_story(state="draft")
    data = table(("slug", "title_en"), (story.slug, "New"))
    assert states(imported(data, Story, actor=lead)) == ["changed"]
    figure = make.make_indicator(state="draft")
    cited = ("kind", "record", "source", "locator")
    row = ("indicator", figure.slug, Source.objects.first().slug, "p. 8")
    plan = imported(table(cited, row), Indicator, actor=lead, part="citations")
    assert errors(plan) == [(2, "")]


# Export


def test_export_contains_the_filtered_list(as_editor):
    make.make_milestone(kind="visit", slug="a-visit")
    make.make_milestone(kind="event", slug="an-event")
    address = reverse(f"{LISTS}_export_file", args=["milestone", "csv"])
    answer = as_editor.get(f"{address}?kind__exact=visit")
    assert [row["slug"] for row in read(answer.content).dict] == ["a-visit"]
    assert answer["Content-Disposition"].startswith('attachment; filename="milestone-')
    page = as_editor.get(reverse(f"{LISTS}_export") + "?kind__exact=visit").content.decode()
    assert f"{address}?kind__exact=visit" in page


def test_parts_of_the_filtered_list_and_selected_rows_are_exported(as_editor):
    visit, event = make.make_milestone(kind="visit"), make.make_milestone(kind="event")
    address = reverse(f"{LISTS}_export_file", args=["citations", "xlsx"])
    answer = as_editor.get(f"{address}?kind__exact=visit")
    assert [row["record"] for row in read(answer.content).dict] == [visit.slug]
    chosen = {"action": "export_csv", "_selected_action": [event.pk]}
    answer = as_editor.post(reverse(f"{LISTS}_changelist"), chosen)
    assert [row["slug"] for row in read(answer.content).dict] == [event.slug]


def test_wrong_filter_and_unknown_file_are_no_errors(as_editor):
    address = reverse(f"{LISTS}_export_file", args=["milestone", "csv"])
    assert as_editor.get(f"{address}?kind__exakt=visit").status_code == 302
    for args in (["milestone", "exe"], ["subjects", "csv"], ["photos", "csv"]):
        answer = as_editor.get(reverse(f"{LISTS}_export_file", args=args))
        assert answer.status_code == 404


def test_citations_of_all_kinds_are_exported_from_their_list(as_editor):
    make.make_milestone()
    make.make_indicator()
    answer = as_editor.get(reverse("admin:content_citation_export_file", args=["citations", "csv"]))
    assert {row["kind"] for row in read(answer.content).dict} == {"milestone", "indicator"}


def test_number_of_queries_does_not_grow_with_the_records(as_editor):
    def queries(kind):
        address = reverse(f"{LISTS}_export_file", args=[kind, "csv"])
        with CaptureQueriesContext(
            connection,
        ) as found:
            as_editor.get(address)
        return len(found)

    make.make_milestone(regions=[make.make_region()])
    queries("milestone")
    one = [queries("milestone"), queries("citations")]
    for _number in range(5):
        make.make_milestone(regions=[make.make_region()])
    assert [queries("milestone"), queries("citations")] == one
