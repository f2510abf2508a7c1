"""Translations: their state, what changed in the original since, and who stands behind them."""

import pytest
from django.core.exceptions import PermissionDenied

from programmes.models import Programme
from unicef_kz.content.documents import document
from unicef_kz.content.languages import CODES
from unicef_kz.content.models import AuditEntry, Proposal
from unicef_kz.content.publishing import Refused
from unicef_kz.content.translating import state_in

from .factories import MAKE, cite, make_indicator, make_page, make_programme, make_story
from .test_admin import change as change_in_form

pytestmark = pytest.mark.django_db
RU = {"title_ru": "Название", "summary_ru": "Кратко"}


def translated(**values):
    return make_programme(**{"title": "Name", "summary": "Short"} | RU | values)


def again(page):
    return type(page).objects.get(pk=page.pk)


def state(page, language="ru"):
    return again(page).translation_state(language)


def change(page, actor=None, **values):
    page = again(page)
    for name, value in values.items():
        setattr(page, name, value)
    page.touch(actor)
    page.save()
    return again(page)


# States


def test_text_that_nobody_vouches_for_is_machine_made():
    assert state(translated()) == "machine"


def test_language_of_the_original_has_no_translation_state():
    assert state(translated(), "en") == "source"


def test_one_missing_text_makes_the_translation_incomplete():
    page = translated(summary_ru="")
    assert (state(page), page.missing_texts("ru")) == ("missing", ["summary"])


def test_text_that_the_original_lacks_is_not_missing():
    assert state(translated(differences="", differences_ru="")) == "machine"


def test_translation_goes_stale_when_its_original_changes():
    page = change(translated(), title_en="New name")
    assert page.stale_texts("ru") == [("title", "Name", "New name")]
    assert page.translation_state("ru") == "stale"


def test_only_the_field_that_changed_is_stale():
    page = change(translated(), summary_en="Shorter")
    assert [name for name, _then, _now in page.stale_texts("ru")] == ["summary"]


def test_stale_translation_is_fresh_once_it_is_written_anew():
    page = change(translated(), title_en="New name")
    assert change(page, title_ru="Новое название").translation_state("ru") == "machine"


def test_translating_one_of_two_changed_texts_leaves_the_other_stale():
    page = change(translated(), title_en="New name", summary_en="New text")
    page = change(page, title_ru="Новое название")
    assert [name for name, _then, _now in page.stale_texts("ru")] == ["summary"]


def test_original_and_translation_that_change_together_stay_fresh():
    page = change(translated(), title_en="New name", title_ru="Новое название")
    assert page.translation_state("ru") == "machine"


def test_original_that_is_changed_back_is_no_longer_stale():
    page = change(translated(), title_en="New name")
    assert change(page, title_en="Name").translation_state("ru") == "machine"


def test_change_in_a_translation_makes_no_other_stale():
    page = translated(title_kk="Атауы", summary_kk="Қысқаша")
    assert change(page, title_ru="Иное").translation_state("kk") == "machine"


def test_original_may_be_in_russian():
    page = translated(source_language="ru")
    page = change(page, title_ru="Иное")
    assert (page.translation_state("en"), page.translation_state("ru")) == ("stale", "source")


def test_workflow_does_not_touch_the_notes():
    page = translated()
    page.withdraw(actor=None, comment="test")
    assert state(page) == "machine"


# Texts of the rows on a record


FIGURE_RU = RU | {"unit_ru": "процент", "population_ru": "дети"}


def figure(**observation):
    """A figure whose value has a caveat, all of it in Russian too."""
    made = make_indicator(
        **{"title": "Name", "summary": "Short"} | FIGURE_RU,
        observation={"caveat": "Only towns.", "caveat_ru": "Только города."} | observation,
    )
    made.note_texts()
    return again(made)


def test_text_of_a_row_that_changes_makes_its_translation_stale():
    record = figure()
    before = record.translation_state("ru")
    record.observations.update(caveat_en="Towns and villages.")
    record.note_texts()
    (key, then, now), *others = again(record).stale_texts("ru")
    assert (before, state(record), others) == ("machine", "stale", [])
    assert (key.split(".")[2], then, now) == ("caveat", "Only towns.", "Towns and villages.")


def test_text_of_a_row_that_is_missing_makes_the_translation_incomplete(editor):
    record = figure(caveat_ru="")
    assert (state(record), record.missing_texts("ru")) == ("missing", [])
    with pytest.raises(Refused) as refused:
        record.mark_reviewed("ru", actor=editor)
    assert [problem.field for problem in refused.value.problems] == ["observations"]


def test_row_that_is_taken_away_leaves_nothing_stale():
    record = figure()
    record.observations.update(caveat_en="Towns and villages.")
    record.note_texts()
    record.observations.all().delete()
    record.note_texts()
    assert state(record) == "machine"


def test_change_of_a_row_in_the_form_makes_its_translation_stale(as_reviewer, alone):
    record = figure()
    change_in_form(as_reviewer, record, **{"observations-0-caveat_en": "Towns and villages."})
    assert state(record) == "stale"


def test_change_of_a_row_that_is_approved_makes_its_translation_stale(editor, reviewer):
    record = figure()
    content = document(record)
    content["rows"]["observations"][0]["fields"]["caveat_en"] = "Towns and villages."
    Proposal.of(record, content, actor=editor).approve(actor=reviewer)
    assert state(record) == "stale"


def test_page_of_a_translation_shows_the_texts_of_rows(as_editor):
    record = figure()
    record.observations.update(caveat_en="Only big towns.")
    record.note_texts()
    html = as_editor.get(address(record)).content.decode()
    assert "Only <ins>big </ins>towns." in html
    assert "Только города." in html


# Who stands behind it


def test_text_that_a_person_wrote_from_nothing_is_theirs(editor):
    page = change(make_programme(title="Name", summary="Short"), editor, **RU)
    note = page.translation("ru")
    assert (page.translation_state("ru"), note.reviewed_by) == ("reviewed", editor)


def test_correcting_one_word_of_a_machine_text_reviews_nothing(editor):
    assert change(translated(), editor, title_ru="Имя").translation_state("ru") == "machine"


def test_reviewing_names_the_person_and_the_day(editor):
    page = translated()
    page.mark_reviewed("ru", actor=editor)
    note = again(page).translation("ru")
    assert (note.state, note.reviewed_by, note.reviewed_at is None) == ("reviewed", editor, False)


def test_reviewing_is_audited(editor):
    page = translated()
    page.mark_reviewed("ru", actor=editor)
    entry = AuditEntry.objects.filter(action="translation").get()
    assert (entry.record, entry.actor, entry.comment) == (page, editor, "Russian")


def test_reviewing_makes_a_stale_translation_fresh(editor):
    page = change(translated(), title_en="New name")
    page.mark_reviewed("ru", actor=editor)
    assert state(page) == "reviewed"


def test_reviewed_translation_goes_stale_too(editor):
    page = translated()
    page.mark_reviewed("ru", actor=editor)
    assert change(page, title_en="New name").translation_state("ru") == "stale"


def test_incomplete_translation_cannot_be_reviewed(editor):
    page = translated(summary_ru="")
    with pytest.raises(Refused) as refused:
        page.mark_reviewed("ru", actor=editor)
    assert [problem.field for problem in refused.value.problems] == ["summary_ru"]


def test_only_who_may_change_the_kind_reviews(administrator):
    with pytest.raises(PermissionDenied):
        translated().mark_reviewed("ru", actor=administrator)


# The same in the database


@pytest.mark.parametrize("language", CODES)
def test_database_gives_the_same_state(editor, language):
    translated()
    translated(source_language="ru")
    translated(title_kk="Атауы", summary_kk="Қысқаша")
    translated(summary_ru="")
    change(translated(), title_en="New name")
    translated().mark_reviewed("ru", actor=editor)
    make_programme()
    cite(translated(), says="Says so.")
    for page in Programme.objects.all():
        page.note_texts()
    found = Programme.objects.annotate(found=state_in(Programme, language))
    assert [p.found for p in found] == [p.translation_state(language) for p in found]


@pytest.mark.parametrize("model", MAKE, ids=lambda model: model._meta.model_name)
def test_every_kind_can_be_asked(model):
    page = MAKE[model](state="draft")
    assert model.objects.annotate(found=state_in(model, "kk")).get().found == (
        page.translation_state("kk")
    )


# In public


def read(client, page, language):
    return client.get(page.get_absolute_url().replace("/en/", f"/{language}/")).content.decode()


def test_machine_made_text_is_labelled(client):
    assert "nobody has reviewed it" in read(client, translated(source_language="ru", **RU), "en")


def test_reviewed_text_stands_plain(client, editor):
    page = translated(source_language="ru")
    page.mark_reviewed("en", actor=editor)
    assert "language-notice" not in read(client, page, "en")


def test_partly_translated_page_says_so(client):
    page = translated(source_language="ru", summary="")
    assert "has not been translated yet and stands in" in read(client, page, "en")


def test_switch_says_which_languages_are_missing(client):
    html = read(client, make_page(slug="about", title_ru="О сайте"), "en")
    assert html.count("not translated yet") == 1


def test_page_names_its_locale_and_the_others(client, world):
    html = client.get("/kk/").content.decode()
    assert 'property="og:locale" content="kk_KZ"' in html
    assert 'property="og:locale:alternate" content="ru_RU"' in html


# In the admin


def address(page, language="ru"):
    return f"/admin/programmes/{page._meta.model_name}/{page.pk}/translation/{language}/"


def test_page_of_a_translation_shows_what_changed(as_editor):
    page = change(translated(), title_en="New name")
    html = as_editor.get(address(page)).content.decode()
    assert "<del>Name</del><ins>New name</ins>" in html


def test_editor_marks_a_translation_as_reviewed(as_editor):
    page = translated()
    as_editor.post(address(page))
    assert state(page) == "reviewed"


def test_reader_of_the_admin_cannot(as_administrator):
    page = translated()
    answers = as_administrator.get(address(page)), as_administrator.post(address(page))
    assert [a.status_code for a in answers] == [200, 403]
    assert state(page) == "machine"


def test_refusal_says_what_is_missing(as_editor):
    page = translated(summary_ru="")
    html = as_editor.post(address(page), follow=True).content.decode()
    assert "The text in this language is not complete yet." in html


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_page_for_the_original_or_an_unknown_language(as_editor, language):
    assert as_editor.get(address(translated(), language)).status_code == 404


def test_action_reviews_each_and_reports_each(as_reviewer):
    whole, part = translated(), translated(summary_ru="")
    response = as_reviewer.post(
        "/admin/programmes/programme/",
        {"action": "reviewed_ru", "_selected_action": [whole.pk, part.pk]},
        follow=True,
    )
    levels = sorted(m.level_tag for m in response.context["messages"])
    assert levels == ["error", "success"]
    assert (state(whole), state(part)) == ("reviewed", "missing")


def test_list_can_be_narrowed_to_a_state(as_editor):
    stale = change(translated(), title_en="New name")
    translated()
    response = as_editor.get("/admin/programmes/programme/?translation=ru:stale")
    assert list(response.context["cl"].result_list) == [stale]


# The board


BOARD = "/admin/content/translation/"


def board(client, query="") -> list[str]:
    return [row["row_title"] for row in client.get(BOARD + query).context["page_obj"]]


def test_board_shows_every_kind_and_also_what_has_no_translation(as_editor):
    make_story(title="A story")
    translated()
    assert board(as_editor) == ["Name", "A story"]


def test_board_by_language_and_state(as_editor):
    translated()
    translated(title="Other", summary_ru="")
    assert board(as_editor, "?language=ru&state=missing") == ["Other"]


def test_board_by_kind(as_editor):
    make_story(title="A story")
    translated()
    assert board(as_editor, "?kind=story") == ["A story"]


def test_board_by_words_without_a_kazakh_keyboard(as_editor):
    translated(title_kk="Қала")
    translated(title="Other")
    assert board(as_editor, "?q=кала") == ["Name"]


def test_board_with_nonsense_shows_everything_and_says_so(as_editor):
    translated()
    response = as_editor.get(BOARD + "?kind=nothing&page=x")
    assert (list(response.context["form"].errors), board(as_editor, "?kind=nothing")) == (
        ["kind"],
        ["Name"],
    )


def test_board_without_rows_says_so(as_editor):
    assert "No record is in this state" in as_editor.get(BOARD).content.decode()


def test_progress_counts_states(as_editor, editor):
    translated().mark_reviewed("ru", actor=editor)
    translated()
    progress = {row["kind"]: row for row in as_editor.get(BOARD).context["progress"]}
    russian = progress["programme"]["languages"][CODES.index("ru")]
    assert (russian["total"], russian["reviewed"], dict(russian["states"])["machine"]) == (2, 1, 1)


def test_board_costs_the_same_for_one_record_and_for_thirty(
    as_editor, django_assert_max_num_queries
):
    for _ in range(30):
        translated()
    with django_assert_max_num_queries(12):
        as_editor.get(BOARD)


def test_admin_offers_the_three_languages_and_comes_back(as_editor):
    html = as_editor.get(BOARD + "?kind=story").content.decode()
    link = "/language/ru/?next=%2Fadmin%2Fcontent%2Ftranslation%2F%3Fkind%3Dstory"
    assert link in html
    assert as_editor.get(link).headers["Location"] == "/admin/content/translation/?kind=story"
    assert as_editor.get(BOARD).headers["Content-Language"] == "ru"
