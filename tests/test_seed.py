"""``manage.py seed``: complete, repeatable, careful with what staff have done since."""

import shutil
from io import StringIO

import pytest
import yaml
from django.core.management import CommandError, call_command

from programmes.models import Partner
from timeline.models import Milestone
from unicef_kz.content.models import AuditEntry, Citation, Source
from unicef_kz.content.publishing import Page
from unicef_kz.models import SeedEntry
from unicef_kz.seedfiles import FOLDER, KINDS, Seed

from .factories import make_user

pytestmark = pytest.mark.django_db


def seed(**options) -> str:
    out = StringIO()
    call_command("seed", stdout=out, no_color=True, **options)
    return out.getvalue().strip()


# A small record of our own, quick to load

SMALL = {
    "sources": [{"id": "src", "slug": "src", "title": "Source", "summary": "One."}],
    "regions": [
        {"id": "r", "slug": "r", "title": "Region", "summary": "One.", "iso": "KZ-43"},
    ],
    "partners": [
        {"id": "p", "slug": "p", "title": "Partner", "summary": "One.", "kind": "10"},
        {"id": "p2", "slug": "p2", "title": "Second", "summary": "Two.", "kind": "21"},
    ],
    "milestones": [
        {
            "id": "m",
            "facts": ["fact"],
            "slug": "m",
            "title": "Milestone",
            "summary": "One.",
            "kind": "event",
            "date": "1994-11",
            "regions": ["KZ-43"],
            "partners": ["p"],
            "citations": [{"source": "src", "locator": "p. 1", "says": "So."}],
        }
    ],
}


@pytest.fixture
def folder(tmp_path):
    write(tmp_path, **SMALL)
    return tmp_path


def write(folder, **kinds):
    for kind, entries in kinds.items():
        (folder / f"{kind}.yaml").write_text(yaml.safe_dump(entries, allow_unicode=True))


def edit(folder, kind, key, /, **changes):
    """Changes an entry of a file."""
    entries = yaml.safe_load((folder / f"{kind}.yaml").read_text())
    for entry in entries:
        if entry["id"] == key:
            entry.update(changes)
    write(folder, **{kind: entries})


def partner(slug="p"):
    return Partner.objects.get(slug=slug)


def test_first_run_loads_everything(folder):
    assert seed(folder=folder) == "Bundled record: 5 created"


def test_second_run_changes_nothing_and_says_so(folder):
    seed(folder=folder)
    before = list(Partner.objects.values())
    assert (seed(folder=folder), list(Partner.objects.values())) == (
        "Bundled record: nothing to change",
        before,
    )


def test_dry_run_prints_what_would_change(folder):
    assert seed(folder=folder, dry_run=True).splitlines() == [
        "created: src",
        "created: r",
        "created: p",
        "created: p2",
        "created: m",
        "Would be: 5 created",
    ]


def test_dry_run_changes_nothing(folder):
    seed(folder=folder, dry_run=True)
    assert (Partner.objects.count(), SeedEntry.objects.count()) == (0, 0)


def test_bundled_records_are_published_without_a_person(folder):
    seed(folder=folder)
    entry = AuditEntry.objects.get(label="Partner")
    assert (entry.action, entry.actor, entry.comment, partner().changed_by) == (
        "publish",
        None,
        "bundled, anonymised",
        None,
    )


def test_changed_entry_updates_its_record(folder):
    seed(folder=folder)
    edit(folder, "partners", "p", title="Renamed")
    assert (seed(folder=folder), partner().title_en) == ("Bundled record: 1 updated", "Renamed")


def test_update_says_which_fields(folder):
    seed(folder=folder)
    edit(folder, "partners", "p", title="Renamed")
    assert seed(folder=folder, dry_run=True).splitlines()[0] == "updated: p (title_en)"


def test_removed_value_is_emptied(folder):
    edit(folder, "partners", "p", acronym="PPP")
    seed(folder=folder)
    edit(folder, "partners", "p", acronym="")
    seed(folder=folder)
    assert partner().acronym == ""


def test_field_that_is_gone_from_the_file_is_emptied(folder):
    edit(folder, "partners", "p", acronym="PPP")
    seed(folder=folder)
    write(folder, partners=SMALL["partners"])
    seed(folder=folder)
    assert partner().acronym == ""


def test_update_keeps_the_number_of_citations(folder):
    seed(folder=folder)
    edit(folder, "milestones", "m", title="Renamed")
    seed(folder=folder)
    assert Citation.objects.count() == 1


def test_new_entry_is_added(folder):
    seed(folder=folder)
    write(folder, partners=[*SMALL["partners"], SMALL["partners"][0] | {"id": "n", "slug": "n"}])
    assert seed(folder=folder) == "Bundled record: 1 created"


def test_translations_stand_beside(folder):
    (folder / "ru").mkdir()
    write(folder / "ru", partners={"p": {"title": "Партнёр", "summary": "Кратко"}})
    seed(folder=folder)
    assert (partner().title_ru, partner().translation_state("ru")) == ("Партнёр", "machine")


# What staff did stays


def test_change_of_staff_is_kept(folder):
    seed(folder=folder)
    Partner.objects.filter(slug="p").update(title_en="Ours")
    edit(folder, "partners", "p", title="Renamed")
    assert (seed(folder=folder).splitlines()[-1], partner().title_en) == (
        "Bundled record: 1 kept",
        "Ours",
    )


def test_link_check_is_no_change_of_staff(folder):
    edit(folder, "sources", "src", url="https://www.example.org/")
    seed(folder=folder)
    Source.objects.note_answer("https://www.example.org/", 404)
    edit(folder, "sources", "src", title="Renamed")
    assert seed(folder=folder) == "Bundled record: 1 updated"
    assert (Source.objects.get().title_en, Source.objects.get().link_status) == ("Renamed", 404)


def test_kept_record_is_named(folder):
    seed(folder=folder)
    Partner.objects.filter(slug="p").update(title_en="Ours")
    edit(folder, "partners", "p", title="Renamed")
    assert seed(folder=folder).splitlines()[0] == (
        "kept: p (changed by staff; --force overwrites it)"
    )


def test_citation_of_staff_is_kept(folder):
    seed(folder=folder)
    milestone = Milestone.objects.get()
    Citation.objects.create(record=milestone, source=Source.objects.get(), locator="p. 9")
    edit(folder, "milestones", "m", title="Renamed")
    seed(folder=folder)
    assert (Milestone.objects.get().title_en, milestone.citations.count()) == ("Milestone", 2)


def test_force_overwrites_what_staff_changed(folder):
    seed(folder=folder)
    Partner.objects.filter(slug="p").update(title_en="Ours")
    seed(folder=folder, force=True)
    assert partner().title_en == "Partner"


def test_record_that_staff_deleted_stays_deleted(folder):
    seed(folder=folder)
    partner("p2").delete()
    edit(folder, "partners", "p2", title="Renamed")
    seed(folder=folder)
    assert not Partner.objects.filter(slug="p2").exists()


def test_record_that_staff_withdrew_stays_withdrawn(folder):
    seed(folder=folder)
    partner("p2").withdraw(actor=make_user("Reviewer"), comment="test")
    edit(folder, "partners", "p2", title="Renamed")
    seed(folder=folder)
    assert partner("p2").status == "withdrawn"


def test_force_does_not_publish_again(folder):
    seed(folder=folder)
    partner("p2").withdraw(actor=make_user("Reviewer"), comment="test")
    seed(folder=folder, force=True)
    assert partner("p2").status == "withdrawn"


# Bad input: the file and the record are named, and nothing was changed


def refused(folder) -> str:
    before = Partner.objects.count(), SeedEntry.objects.count()
    with pytest.raises(CommandError) as error:
        seed(folder=folder)
    assert (Partner.objects.count(), SeedEntry.objects.count()) == before
    return str(error.value)


BAD = {
    "unknown field": ({"colour": "red"}, "unknown field “colour”"),
    "unknown reference": ({"partners": ["nobody"]}, "there is no partner “nobody”"),
    "reference to another kind": ({"partners": ["src"]}, "there is no partner “src”"),
    "unknown region": ({"regions": ["KZ-99"]}, "there is no region “KZ-99”"),
    "date": ({"date": "25.11.1994"}, "date: “25.11.1994” is no date that we can read."),
    "choice": ({"kind": "party"}, "kind: Value 'party' is not a valid choice."),
    "no citation": ({"citations": []}, "No source with the place in it proves this yet."),
    "no summary": ({"summary": ""}, "The summary is missing in English, its first language."),
    "citation without a place": (
        {"citations": [{"source": "src", "locator": ""}]},
        "locator: This field cannot be blank.",
    ),
    "unknown field of a citation": (
        {"citations": [{"source": "src", "locator": "p. 1", "page": 1}]},
        "unknown field “page”",
    ),
    "unknown goal": ({"sdgs": [99]}, "unknown sdg code ['99']"),
    "list where text belongs": ({"title": ["a"]}, ""),
    "text where a list belongs": ({"partners": "p"}, "partners: a list belongs here"),
    "no list of citations": ({"citations": "src"}, ""),
    "long slug": ({"slug": "x" * 101}, "slug: "),
    "empty slug": ({"slug": ""}, "slug: This field cannot be blank."),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_entry_is_named(folder, case):
    changes, message = BAD[case]
    edit(folder, "milestones", "m", **changes)
    assert refused(folder).startswith(f"Nothing was changed. milestones.yaml, m: {message}")


def test_bad_entry_undoes_an_update(folder):
    seed(folder=folder)
    edit(folder, "partners", "p", title="Renamed")
    edit(folder, "milestones", "m", colour="red")
    refused(folder)
    assert partner().title_en == "Partner"


def test_broken_file_is_named(folder):
    (folder / "partners.yaml").write_text("- id: p\n  title: [unclosed")
    assert refused(folder).startswith("Nothing was changed. partners.yaml, not readable: ")


def test_id_that_stands_twice_is_named(folder):
    write(folder, partners=[SMALL["partners"][0]] * 2)
    assert refused(folder) == "Nothing was changed. partners.yaml, p: p stands in p already"


def test_fact_that_stands_twice_is_named(folder):
    edit(folder, "partners", "p", facts=["fact"])
    assert refused(folder) == "Nothing was changed. milestones.yaml, m: fact stands in p already"


def test_entry_without_an_id_is_named(folder):
    write(folder, partners=[{"title": "Nameless"}])
    assert refused(folder).startswith("Nothing was changed. partners.yaml, {'title': 'Nameless'}")


def test_address_that_stands_twice_is_named(folder):
    edit(folder, "partners", "p2", slug="p")
    assert refused(folder).startswith("Nothing was changed. partners.yaml, p2: ")


def test_translation_of_no_record_is_named(folder):
    (folder / "ru").mkdir()
    write(folder / "ru", partners={"nobody": {"title": "Никто"}})
    assert refused(folder) == (
        "Nothing was changed. ru/partners.yaml, nobody: translates no record"
    )


def test_translation_of_an_unknown_field_is_named(folder):
    (folder / "ru").mkdir()
    write(folder / "ru", partners={"p": {"colour": "красный"}})
    assert refused(folder).startswith("Nothing was changed. partners.yaml, p: ru: “colour”")


def test_file_that_is_no_list_is_named(folder):
    (folder / "partners.yaml").write_text("just text")
    assert refused(folder).startswith("Nothing was changed. partners.yaml")


def test_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(CommandError):
        seed(folder=tmp_path / "nowhere")


def test_copy_of_the_bundled_files_loads_like_the_original(tmp_path):
    shutil.copytree(FOLDER, tmp_path / "copy")
    assert Seed(tmp_path / "copy").entries == Seed().entries


def test_every_kind_can_be_loaded():
    pages = {kind.model for kind in KINDS.values() if issubclass(kind.model, Page)}
    assert {model.__name__ for model in pages} >= {"Programme", "Story", "Milestone", "Indicator"}
