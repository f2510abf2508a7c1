"""Import and export: what leaves comes back unchanged, and nothing becomes public by a file."""

import datetime
import io

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from programmes.models import Indicator, Place, Programme, Region
from stories.models import Story
from timeline.models import Milestone
from unicef_kz.content.exchange.files import CSV, MAX_ROWS, XLSX, Unreadable, read
from unicef_kz.content.exchange.imports import Import
from unicef_kz.content.exchange.sheets import Parts, Records
from unicef_kz.content.history import Proposal, Version
from unicef_kz.content.models import AuditEntry, Source
from unicef_kz.exchanged import KINDS, sheet_of

from . import factories as make

pytestmark = pytest.mark.django_db
ODD = ["=1+1", "'=1", "+7", "-", "@you", "\ttab", " two\r\nlines ", "a;b,c\"d'", "42", "\x0bodd"]
LISTS = "admin:timeline_milestone"


def table(*rows) -> bytes:
    """A CSV file; the first row is the header."""
    return "\n".join(";".join(row) for row in rows).encode()


def plan_of(data: bytes, model=Milestone, *, actor, part="") -> Import:
    sheet = Parts([model], part) if part else Records(model)
    return Import(sheet, read(data), actor=actor)


def imported(data: bytes, model=Milestone, *, actor, part="") -> Import:
    """Dry run and confirmation, as in the admin."""
    dry = plan_of(data, model, actor=actor, part=part)
    dry.run()
    plan = plan_of(data, model, actor=actor, part=part)
    plan.run(expected=dry.fingerprint)
    return plan


def states(plan) -> list[str]:
    return [row.state.value for row in plan.rows]


def errors(plan) -> list[tuple[int, str]]:
    return [(row.number, column) for row in plan.rows for column, _text in row.errors]


def milestone_row(**cells) -> bytes:
    cells = {"slug": "new-one", "title_en": "New", "kind": "event"} | cells
    return table(cells, cells.values())


# Round trip


@pytest.mark.parametrize("form", [CSV, XLSX])
@pytest.mark.parametrize("text", ODD)
def test_odd_text_comes_back_as_it_was(superuser, form, text):
    milestone = make.make_milestone(title=text)
    data = form().export_data(Records(Milestone).export(Milestone.objects.all()))
    assert states(imported(data, actor=superuser)) == ["unchanged"]
    milestone.refresh_from_db()
    assert milestone.title_en == text


def test_numbers_come_back_exactly(superuser):
    make.make_indicator(observation={"value": "123456789012.3456", "value_max": None})
    sheet = Parts([Indicator], "observations")
    for form in (CSV, XLSX):
        data = form().export_data(sheet.export(Indicator.objects.all()))
        assert states(imported(data, Indicator, actor=superuser, part="observations")) == [
            "unchanged"
        ]


def test_records_move_to_an_empty_database_whatever_their_order(superuser):
    rows = [("slug", "title_en", "kind", "parent")]
    rows += [("inner", "Inner", "project", "middle"), ("middle", "Middle", "programme", "outer")]
    plan = imported(table(*rows, ("outer", "Outer", "area", "")), Programme, actor=superuser)
    assert states(plan) == ["new"] * 3
    assert Programme.objects.get(slug="inner").parent.parent.slug == "outer"


# What becomes of a row


def test_new_record_is_a_draft_with_a_version_and_one_line_in_the_audit_trail(editor):
    plan = imported(milestone_row(date="25.11.1994", body_en="Plain"), actor=editor)
    record = Milestone.objects.get(slug="new-one")
    assert states(plan) == ["new"]
    assert (record.status, record.date, record.body_en, record.changed_by) == (
        "draft",
        "1994-11-25",
        "<p>Plain</p>",
        editor,
    )
    assert Version.objects.about(record).count() == 1
    trail = AuditEntry.objects.filter(object_id=record.pk, content_type__model="milestone")
    assert [entry.action for entry in trail] == ["import"]


@pytest.mark.parametrize("state", ["draft", "review"])
def test_record_that_is_not_public_changes_in_place_and_keeps_what_it_was(editor, state):
    milestone = make.make_milestone(state=state, title="Old")
    data = table(("slug", "title_en"), (milestone.slug, "New"))
    assert states(imported(data, actor=editor)) == ["changed"]
    milestone.refresh_from_db()
    assert (milestone.title_en, milestone.status, milestone.changed_by) == ("New", state, editor)
    titles = [v.document["fields"]["title_en"] for v in Version.objects.about(milestone)]
    assert titles == ["New", "Old"]


@pytest.mark.parametrize("state", ["published", "scheduled"])
def test_public_record_gets_a_proposal_and_its_page_stays(client, editor, state):
    milestone = make.make_milestone(state="draft", title="Old title")
    make.move(milestone, state)
    page = client.get(milestone.get_absolute_url()).content
    data = table(("slug", "title_en"), (milestone.slug, "New title"))
    assert states(imported(data, actor=editor)) == ["proposed"]
    proposal = Proposal.objects.for_record(milestone)
    assert (proposal.author, proposal.document["fields"]["title_en"]) == (editor, "New title")
    milestone.refresh_from_db()
    assert (milestone.title_en, milestone.changed_by) == ("Old title", None)
    assert client.get(milestone.get_absolute_url()).content == page


def test_proposal_of_an_import_is_approved_like_any_other(editor, reviewer):
    milestone = make.make_milestone()
    place = make.make_place(region=make.make_region(iso="KZ-43"))
    data = table(("slug", "title_en", "places"), (milestone.slug, "New", place.slug))
    imported(data, actor=editor)
    Proposal.objects.for_record(milestone).approve(actor=reviewer)
    milestone.refresh_from_db()
    assert (milestone.title_en, milestone.regions.get().iso) == ("New", "KZ-43")


def test_second_file_goes_on_top_of_my_proposal(editor):
    milestone = make.make_milestone()
    imported(table(("slug", "title_en"), (milestone.slug, "New")), actor=editor)
    imported(table(("slug", "summary_en"), (milestone.slug, "Said again")), actor=editor)
    fields = Proposal.objects.for_record(milestone).document["fields"]
    assert (fields["title_en"], fields["summary_en"]) == ("New", "Said again")


def test_same_file_again_changes_nothing(editor):
    milestone = make.make_milestone()
    data = table(("slug", "title_en"), (milestone.slug, "New"), ("other", "Other"))
    data = data.replace(b"title_en", b"title_en;kind").replace(b"\n", b";event\n", 2)[: -0 or None]
    data = table(
        ("slug", "title_en", "kind"), (milestone.slug, "New", "event"), ("o", "O", "visit")
    )
    assert states(imported(data, actor=editor)) == ["proposed", "new"]
    assert states(imported(data, actor=editor)) == ["unchanged", "unchanged"]


def test_proposal_of_somebody_else_is_not_overwritten(editor, reviewer):
    milestone = make.make_milestone()
    imported(table(("slug", "title_en"), (milestone.slug, "Mine")), actor=reviewer)
    plan = imported(table(("slug", "title_en"), (milestone.slug, "Yours")), actor=editor)
    assert errors(plan) == [(2, "")]
    assert Proposal.objects.for_record(milestone).document["fields"]["title_en"] == "Mine"


def test_withdrawn_record_is_left_alone(editor):
    milestone = make.make_milestone(state="withdrawn", title="Old")
    plan = imported(table(("slug", "title_en"), (milestone.slug, "New")), actor=editor)
    assert errors(plan) == [(2, "")]
    plan = imported(table(("slug", "title_en"), (milestone.slug, "Old")), actor=editor)
    assert states(plan) == ["unchanged"]


def test_empty_cell_empties_and_missing_column_leaves(editor):
    milestone = make.make_milestone(state="draft", date_note="about", regions=[make.make_region()])
    imported(table(("slug", "date_note_en"), (milestone.slug, "")), actor=editor)
    milestone.refresh_from_db()
    assert (milestone.date_note_en, milestone.regions.count(), milestone.date) == (
        "",
        1,
        "1994-11-25",
    )


def test_region_that_a_place_implies_is_no_change(editor):
    place = make.make_place(region=make.make_region(iso="KZ-43"))
    milestone = make.make_milestone(places=[place])
    milestone.settle_relations()
    plan = imported(table(("slug", "regions"), (milestone.slug, "")), actor=editor)
    assert (states(plan), Proposal.objects.count()) == (["unchanged"], 0)


def test_html_is_sanitised_before_it_is_shown_and_stored(editor):
    body = "<p onclick='x()'>Good<script>alert(1)</script></p>"
    plan = imported(milestone_row(body_en=body), actor=editor)
    shown = [d.after for row in plan.rows for d in row.deltas if d.column.column_name == "body_en"]
    stored = Milestone.objects.get(slug="new-one").body_en
    assert (shown, stored) == (["<p>Good</p>"], "<p>Good</p>")


def test_place_has_no_workflow_and_is_written_at_once(reviewer):
    make.make_region(iso="KZ-43")
    data = table(("slug", "title_ru", "kind", "region"), ("almaty", "Алматы", "city", "kz-43"))
    assert states(imported(data, Place, actor=reviewer)) == ["added"]
    assert Place.objects.get(slug="almaty").region.iso == "KZ-43"


# Stories


def test_story_cannot_become_public_by_import(lead, editor):
    for column in ("status", "publish_at", "approved_by", "subjects", "consents", *Story.RISKS):
        with pytest.raises(Unreadable, match=column):
            plan_of(table(("slug", column), ("a-story", "published")), Story, actor=editor)
    data = table(("slug", "title_en", "body_en"), ("a-story", "A story", "<p>Text</p>"))
    imported(data, Story, actor=editor)
    story = Story.objects.get(slug="a-story")
    assert (story.status, story.publish_at, story.subjects.count()) == ("draft", None, 0)


def test_import_voids_the_leads_approval(editor, lead):
    story = make.make_story_with_child(state="review")
    story.approve(actor=lead, comment="Good")
    imported(table(("slug", "title_en"), (story.slug, "Other")), Story, actor=editor)
    story.refresh_from_db()
    assert story.is_approved is False


def test_export_of_stories_says_nothing_of_people_consents_and_risks(lead):
    story = make.make_story_with_child(state="draft", risk_of_stigma="unsure")
    subject = story.subjects.get()
    subject.label_en = "marker person"
    subject.save()
    subject.consents.update(how_to_withdraw="marker consent")
    text = CSV().export_data(Records(Story).export(Story.objects.all())).decode()
    assert [word for word in ("marker", "risk", "unsure", "approved") if word in text] == []


# Parts


def test_values_are_changed_and_added_on_one_proposal(editor):
    figure, source = make.make_indicator(observation={"locator": "p. 1"}), make.make_source()
    sheet = Parts([Indicator], "observations")
    (row,) = sheet.export(Indicator.objects.all()).dict
    head = ("key", "indicator", "date", "value", "kind", "source", "locator")
    changed = (row["key"], figure.slug, "2017", "91,5", "actual", row["source"], "p. 2")
    added = ("", figure.slug, "2020", "95", "target", source.slug, "p. 7")
    plan = imported(table(head, changed, added), Indicator, actor=editor, part="observations")
    assert states(plan) == ["proposed", "proposed"]
    rows = Proposal.objects.for_record(figure).document["rows"]["observations"]
    assert sorted((r["fields"]["date"], r["fields"]["value"]) for r in rows) == [
        ("2017", "91.5000"),
        ("2020", "95.0000"),
    ]
    assert figure.observations.get().date == "2016"


def test_citations_of_several_kinds_stand_in_one_file(superuser):
    source = make.make_source()
    milestone = make.make_milestone(state="draft")
    region = make.make_region(iso="KZ-43", state="draft")
    head = ("kind", "record", "source", "locator", "says_en")
    rows = [("milestone", milestone.slug, source.slug, "p. 9", "So"), ("region", "kz-43")]
    rows[1] += (source.slug, "p. 3", "")
    plan = Import(sheet_of("citations"), read(table(head, *rows)), actor=superuser)
    plan.run()
    assert states(plan) == ["added", "added"]
    assert plan.run(expected=plan.fingerprint) is True
    assert region.citations.get().locator == "p. 3"
    assert milestone.citations.filter(says_en="So").count() == 1


def test_key_of_a_row_that_is_gone_is_refused(editor):
    figure = make.make_indicator()
    head = ("key", "indicator", "date", "value", "source", "locator")
    row = ("0123456789ab", figure.slug, "2020", "1", Source.objects.first().slug, "p. 1")
    plan = imported(table(head, row), Indicator, actor=editor, part="observations")
    assert errors(plan) == [(2, "key")]


def test_rules_of_the_database_are_told_in_words(editor):
    figure, source = make.make_indicator(), make.make_source()
    head = ("indicator", "date", "value", "value_max", "source", "locator")
    rows = [(figure.slug, "2020", "5", "4", source.slug, "p. 1")]
    rows += [(figure.slug, "2021", "", "", source.slug, "p. 1")]
    rows += [(figure.slug, "2022", "5", "", source.slug, "")]
    plan = imported(table(head, *rows), Indicator, actor=editor, part="observations")
    assert [row.errors[0][1] for row in plan.rows] == [
        "The upper value must be larger.",
        "Give a value, or say it in words.",
        "This field cannot be blank.",
    ]


# What is wrong with a row


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"kind": "party"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"date": "1994-13"}, "date"),
        ({"title_en": "x" * 251}, "title_en"),
        ({"title_en": ""}, "title_en"),
        ({"regions": "KZ-99"}, "regions"),
        ({"slug": "Not a slug"}, "slug"),
        ({"slug": ""}, "slug"),
        ({"significance": "many"}, "significance"),
        ({"source_language": "de"}, "source_language"),
    ],
)
def test_each_wrong_cell_is_named_and_nothing_is_written(editor, cells, column):
    plan = imported(milestone_row(**cells), actor=editor)
    assert (errors(plan), Milestone.objects.count()) == ([(2, column)], 0)


@pytest.mark.parametrize("value", ["NaN", "1e400", "1,234", "ten", "12.34567", "1" * 20])
def test_wrong_numbers_are_refused(editor, value):
    figure, source = make.make_indicator(), make.make_source()
    head = ("indicator", "value", "source", "locator")
    row = (figure.slug, value, source.slug, "p. 1")
    plan = imported(table(head, row), Indicator, actor=editor, part="observations")
    assert errors(plan) == [(2, "value")]


def test_everything_wrong_in_a_row_is_said_at_once(editor):
    plan = imported(milestone_row(kind="party", date="soon", regions="KZ-99"), actor=editor)
    assert sorted(errors(plan)) == [(2, "date"), (2, "kind"), (2, "regions")]


def test_slug_twice_in_the_file(editor):
    data = table(("slug", "title_en", "kind"), ("one", "A", "event"), ("one", "B", "visit"))
    assert errors(imported(data, actor=editor)) == [(3, "")]


def test_iso_code_of_another_region(superuser):
    make.make_region(iso="KZ-43")
    data = table(("slug", "title_en", "kind", "iso"), ("other", "Other", "region", "KZ-43"))
    assert errors(imported(data, Region, actor=superuser)) == [(2, "iso")]


def test_programme_cannot_be_part_of_itself(superuser):
    programme = make.make_programme(state="draft")
    data = table(("slug", "parent"), (programme.slug, programme.slug))
    assert errors(imported(data, Programme, actor=superuser)) == [(2, "parent")]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "first row"),
        (b"slug,title_en", "no rows"),
        (b"slug,titel_en\na,b", "do you mean title_en"),
        (b"title_en\nb", "slug"),
        (b"slug,slug\na,b", "twice"),
        (b"slug,title_en\na,b,c", "Row 2"),
        ("slug,title_en\na,Дата".encode("cp1251"), "UTF-8"),
        (b"slug\n" + b"a\n" * (MAX_ROWS + 1), "5000 rows"),
        (b"slug\n" + b"a" * 200_000, "no CSV"),
        (b"PK\x03\x04 and nothing else", "workbook"),
        (b"\xd0\xcf\x11\xe0 old", "old or a locked"),
        (b"x" * (10 * 2**20 + 1), "10 MB"),
        (b"%PDF-1.7\n%\xe2\xe3", "UTF-8"),
    ],
)
def test_file_that_cannot_be_read_says_why(editor, data, words):
    with pytest.raises(Unreadable, match=words):
        plan_of(data, actor=editor)


def test_zip_bomb_is_not_unpacked():
    import zipfile

    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(12):
            archive.writestr(f"xl/{number}.xml", b"0" * 10 * 2**20)
    with pytest.raises(Unreadable, match="too large"):
        read(stream.getvalue())


def workbook(*rows, formats=None) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cell, form in (formats or {}).items():
        book.active[cell].number_format = form
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_workbook_cells_mean_what_they_show():
    day = datetime.datetime(1994, 11, 25)
    row = ["a", 1994, 0.1 + 0.2, day, day, True, None, 12.0]
    dataset = read(workbook(list("bcdefghi"), row, formats={"E2": "mmm-yy"}))
    assert dataset[0] == ("a", "1994", "0.3", "1994-11-25", "1994-11", "yes", "", "12")


@pytest.mark.parametrize(
    "data",
    [
        "slug;title_en\na;Б".encode("utf-8-sig"),
        "slug,title_en\r\na,Б".encode(),
        "slug\ttitle_en\na\tБ".encode("utf-16"),
        "\nslug;title_en\n\na;Б".encode()[1:],
    ],
)
def test_every_common_csv_is_read(data):
    assert [row for row in read(data) if any(row)] == [("a", "Б")]


def test_blank_and_comment_rows_are_skipped_and_numbers_stay(editor):
    data = table(("slug", "title_en", "kind"), ("# explained", "", ""), ("", ""), ("a", "A", "x"))
    assert errors(plan := imported(data, actor=editor)) == [(4, "kind")]
    assert len(plan.rows) == 1


def test_template_can_be_imported_as_it_is_and_has_nothing_in_it(editor):
    for sheet in (Records(Programme), Parts([Indicator], "observations")):
        for form in (CSV, XLSX):
            with pytest.raises(Unreadable, match="no rows"):
                Import(sheet, read(form().export_data(sheet.template())), actor=editor)


# Formulas


def test_text_that_a_spreadsheet_would_run_is_escaped_and_numbers_are_not():
    make.make_indicator(title="=cmd|' /C calc'!A0", observation={"value": -5, "text": "@x"})
    sheet = Parts([Indicator], "observations")
    book = openpyxl.load_workbook(
        io.BytesIO(XLSX().export_data(sheet.export(Indicator.objects.all())))
    )
    cells = dict(zip(*book.active.iter_rows(values_only=True), strict=True))
    assert (cells["value"], cells["text_en"]) == (-5, "'@x")
    data = CSV().export_data(Records(Indicator).export(Indicator.objects.all())).decode("utf-8-sig")
    assert "'=cmd" in data and ",=cmd" not in data


def test_csv_begins_with_the_mark_that_excel_needs():
    assert CSV().export_data(Records(Milestone).template())[:3] == b"\xef\xbb\xbf"


# All or nothing


def test_one_wrong_row_keeps_all_others_out(editor):
    public = make.make_milestone(title="Old")
    head = ("slug", "title_en", "kind")
    data = table(head, (public.slug, "New", "event"), ("a", "A", "event"), ("b", "B", "party"))
    plan = imported(data, actor=editor)
    assert states(plan) == ["proposed", "new", "wrong"]
    counts = Milestone.objects.count(), Proposal.objects.count(), Version.objects.count()
    assert counts == (1, 0, 0)


@pytest.mark.parametrize("row", range(3))
@pytest.mark.parametrize("step", [(Version, "keep"), (AuditEntry, "note"), (Proposal, "of")])
def test_failure_at_any_step_of_any_row_leaves_nothing(editor, monkeypatch, step, row):
    old = make.make_milestone(state="draft"), make.make_milestone()
    data = table(
        ("slug", "title_en", "kind"),
        *((record.slug, "New", "event") for record in old),
        *((f"new-{number}", "New", "event") for number in range(3)),
        *((make.make_milestone().slug, "New", "event") for _number in range(2)),
    )
    before = [model.objects.count() for model in (Milestone, Version, Proposal, AuditEntry)]
    dry = plan_of(data, actor=editor)
    dry.run()
    calls, (model, name) = iter(range(100)), step
    real = getattr(model, name)

    def failing(*args, **kwargs):
        if next(calls) == row:
            raise RuntimeError("the power went")
        return real(*args, **kwargs)

    monkeypatch.setattr(model, name, failing)
    with pytest.raises(RuntimeError):
        plan_of(data, actor=editor).run(expected=dry.fingerprint)
    after = [model.objects.count() for model in (Milestone, Version, Proposal, AuditEntry)]
    assert after == before
    assert not Milestone.objects.filter(title_en="New").exists()


def test_dry_run_writes_nothing(editor):
    public, draft = make.make_milestone(title="Old"), make.make_milestone(state="draft")
    head = ("slug", "title_en", "kind")
    rows = [(public.slug, "New", "event"), (draft.slug, "New", "event"), ("n", "New", "event")]
    trail = AuditEntry.objects.count()
    plan = plan_of(table(head, *rows), actor=editor)
    assert (plan.run(), states(plan)) == (False, ["proposed", "changed", "new"])
    assert not Milestone.objects.filter(title_en="New").exists()
    assert (Proposal.objects.count(), Version.objects.count()) == (0, 0)
    assert AuditEntry.objects.count() == trail


# Commands


def test_public_export_knows_of_nothing_else(capsys):
    hidden = make.make_programme(state="draft", slug="hidden-programme")
    secret = make.make_source(state="draft", slug="secret-source")
    milestone = make.make_milestone(slug="open-one", programmes=[hidden])
    make.cite(milestone, secret, stance="differs")
    make.make_milestone(slug="draft-one", state="draft")
    for kind in KINDS:
        call_command("export_records", kind=kind, public=True, verbosity=0)
    out = capsys.readouterr().out
    found = [w for w in ("hidden-programme", "secret-source", "draft-one") if w in out]
    assert (found, "open-one" in out) == ([], True)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_commands_exchange_a_file(tmp_path, capsys, editor, ending):
    milestone = make.make_milestone(state="draft")
    file = tmp_path / f"milestones.{ending}"
    call_command("export_records", str(file), kind="milestones", verbosity=0)
    Milestone.objects.update(title_en="Changed meanwhile")
    call_command("import_records", str(file), kind="milestones", user=editor.username)
    milestone.refresh_from_db()
    assert milestone.title_en != "Changed meanwhile"
    assert capsys.readouterr().out.splitlines()[-1] == "Rows: 1 changed"


def test_command_writes_json(capsys):
    make.make_milestone(slug="the-one")
    call_command("export_records", kind="milestones", format="json")
    assert '"slug": "the-one"' in capsys.readouterr().out


def test_dry_run_of_the_command_writes_nothing(tmp_path, capsys):
    file = tmp_path / "m.csv"
    file.write_bytes(milestone_row())
    call_command("import_records", str(file), kind="milestones", dry_run=True)
    assert Milestone.objects.count() == 0
    assert capsys.readouterr().out.splitlines()[-1] == "Would be: 1 new"


def test_command_fails_with_a_wrong_row_and_names_it(tmp_path, capsys):
    file = tmp_path / "m.csv"
    file.write_bytes(milestone_row(kind="party"))
    with pytest.raises(CommandError, match=r"Nothing was written: 1 wrong\."):
        call_command("import_records", str(file), kind="milestones")
    assert "    2  wrong      new-one" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"file": "/not/there.csv"}, "No such file"),
        ({"user": "nobody"}, "no active account"),
    ],
)
def test_command_says_what_is_missing(tmp_path, options, words):
    file = tmp_path / "m.csv"
    file.write_bytes(milestone_row())
    options = {"file": str(file), "kind": "milestones"} | options
    with pytest.raises(CommandError, match=words):
        call_command("import_records", options.pop("file"), **options)


def test_command_asks_whose_proposal_it_is(tmp_path, capsys):
    milestone = make.make_milestone()
    file = tmp_path / "m.csv"
    file.write_bytes(table(("slug", "title_en"), (milestone.slug, "New")))
    with pytest.raises(CommandError):
        call_command("import_records", str(file), kind="milestones")
    assert "--user" in capsys.readouterr().out
