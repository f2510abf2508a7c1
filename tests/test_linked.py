"""From each record to what belongs to it, and back; and to what is like it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from unicef_kz.content.likeness import similar
from unicef_kz.content.views import resting_on

from . import factories as make
from .surfaces import make_world

pytestmark = pytest.mark.django_db
#: kind of page → the records of the world that it links to
LINKS = {
    "programme": ["area", "partner", "region", "milestone", "story", "indicator", "source"],
    "area": ["programme"],
    "partner": ["programme", "region", "milestone", "story", "indicator"],
    "region": ["programme", "partner", "milestone", "story", "indicator", "source"],
    "milestone": ["programme", "partner", "region", "story", "indicator", "source"],
    "story": ["programme", "partner", "region", "milestone", "indicator"],
    "indicator": ["programme", "partner", "region", "milestone", "story", "source"],
    "source": ["programme", "milestone", "indicator"],
}


@pytest.fixture(scope="module")
def linked(module_db):
    """{kind: (the record, its page)}"""
    world = make_world()
    kinds = {kind: world[kind] for kind in LINKS}
    pages = {k: Client().get(r.get_absolute_url()).content.decode() for k, r in kinds.items()}
    return {kind: (record, pages[kind]) for kind, record in kinds.items()}


@pytest.mark.parametrize(("kind", "others"), LINKS.items(), ids=LINKS)
def test_page_leads_to_what_belongs_to_it(linked, kind, others):
    _record, page = linked[kind]
    missing = [o for o in others if f'href="{linked[o][0].get_absolute_url()}"' not in page]
    assert missing == []


def test_links_between_kinds_lead_in_both_directions():
    one_way = [
        (kind, other)
        for kind, others in LINKS.items()
        for other in others
        if other != "source" and kind not in ("source", "area") and kind not in LINKS[other]
    ]
    assert one_way == []


# What rests on a source


def records_on(source) -> dict:
    return {model._meta.model_name: list(rows) for model, rows in resting_on(source)}


def test_source_lists_the_figures_that_take_a_value_from_it(db):
    source, figure = make.make_source(), make.make_indicator()
    make.make_observation(figure, source=source)
    assert records_on(source)["indicator"] == [figure]


def test_source_lists_the_initiative_whose_members_it_names(db):
    source, programme = make.make_source(), make.make_programme()
    make.make_membership(source=source, initiative=programme)
    assert records_on(source)["programme"] == [programme]


def test_figure_that_cites_and_takes_a_value_is_listed_once(db):
    source = make.make_source()
    figure = make.make_indicator(source=source)
    assert records_on(source)["indicator"] == [figure]


def test_value_that_is_withheld_leads_nowhere(db):
    source = make.make_source()
    figure = make.make_indicator(sensitive=True, measure="number")
    make.make_observation(figure, source=source, value=3)
    assert records_on(source)["indicator"] == []


def test_source_lists_no_record_that_is_not_public(db):
    source = make.make_source()
    make.make_observation(make.make_indicator(state="draft"), source=source)
    make.cite(make.make_partner(state="withdrawn"), source)
    assert [rows for rows in records_on(source).values() if rows] == []


# Similar records


def alike(record, *relations):
    return similar(record, **{name: getattr(record, name).public() for name in relations})


def test_those_that_share_most_come_first(db):
    one, two, region = make.make_programme(), make.make_programme(), make.make_region()
    mine = make.make_milestone(programmes=[one, two], regions=[region])
    some = make.make_milestone(programmes=[one], slug="a")
    most = make.make_milestone(programmes=[one, two], regions=[region], slug="b")
    make.make_milestone()
    assert list(alike(mine, "programmes", "regions")) == [most, some]


def test_of_two_that_share_as_much_the_same_kind_comes_first(db):
    programme = make.make_programme()
    mine = make.make_milestone(programmes=[programme], kind="treaty")
    event = make.make_milestone(programmes=[programme], kind="event", slug="a")
    treaty = make.make_milestone(programmes=[programme], kind="treaty", slug="b")
    assert list(alike(mine, "programmes")) == [treaty, event]


def test_neither_hidden_records_nor_hidden_ties_count(db):
    hidden, open_one = make.make_programme(state="draft"), make.make_programme()
    mine = make.make_milestone(programmes=[hidden, open_one])
    make.make_milestone(programmes=[hidden])
    make.make_milestone(programmes=[open_one], state="draft")
    assert list(alike(mine, "programmes")) == []


def test_partner_in_two_roles_counts_once(db):
    programme, other = make.make_programme(), make.make_programme()
    mine, twice, both = make.make_partner(), make.make_partner(), make.make_partner()
    for part in (programme, other):
        make.make_participation(part, mine)
        make.make_participation(part, both)
    for role in ("funding", "implementing"):
        make.make_participation(programme, twice, role=role)
    assert list(alike(mine, "programmes")) == [both, twice]


def test_similar_records_take_one_query_once_the_ties_are_known(db):
    programmes = [make.make_programme() for _i in range(3)]
    mine, other = (make.make_story(programmes=programmes) for _i in range(2))
    relations = ("programmes", "partners", "regions", "figures")
    with CaptureQueriesContext(connection) as first:
        assert list(alike(mine, *relations)[:3]) == [other]
    with CaptureQueriesContext(connection) as second:
        assert list(alike(other, *relations)[:3]) == [mine]
    ids_of_relations = len(relations)
    assert (len(first) > len(second), len(second)) == (True, ids_of_relations + 1)


def test_programme_is_not_similar_to_its_own_parts(db):
    area = make.make_programme(kind="area")
    child, sister = make.make_programme(parent=area), make.make_programme(parent=area)
    grandchild = make.make_programme(parent=child)
    context = Client().get(child.get_absolute_url()).context
    assert [list(context["similar"]), grandchild in context["children"]] == [[sister], True]


def test_figure_without_a_programme_leads_to_others_of_its_source(db):
    source = make.make_source()
    figure, other = make.make_indicator(source=source), make.make_indicator(source=source)
    make.make_indicator()
    assert list(Client().get(figure.get_absolute_url()).context["similar"]) == [other]


def test_page_without_anything_alike_says_nothing_of_it(db):
    assert (
        'id="similar"' not in Client().get(make.make_region().get_absolute_url()).content.decode()
    )


# Sources differ


@pytest.mark.parametrize(
    "kind", ["programme", "partner", "region", "indicator", "milestone", "story"]
)
def test_differing_sources_show_on_every_kind_of_page(db, kind):
    record = getattr(make, f"make_{kind}")()
    make.cite(record, stance="differs", says="It was the year before.")
    page = Client().get(record.get_absolute_url()).content.decode()
    assert [page.count('class="differ"'), page.count("It was the year before.")] == [1, 1]


# Many


def test_page_shows_some_and_leads_to_all(db, monkeypatch):
    monkeypatch.setattr("unicef_kz.content.rows.MOST_SHOWN", 2)
    programme = make.make_programme(slug="water")
    for _i in range(3):
        make.make_milestone(programmes=[programme])
    make.make_story(programmes=[programme])
    response = Client().get(programme.get_absolute_url())
    context, page = response.context, response.content.decode()
    assert [len(context["milestones"]), len(context["stories"])] == [2, 1]
    assert '<a href="/en/timeline/?programme=water">All milestones</a>' in page
    assert "All stories" not in page


def test_page_without_a_list_of_the_same_says_that_there_are_more(db, monkeypatch):
    monkeypatch.setattr("unicef_kz.content.rows.MOST_SHOWN", 2)
    figure = make.make_indicator()
    stories = [make.make_story(figures=[figure]) for _n in range(2)]
    path, text = figure.get_absolute_url(), "Only the first 2 are shown here."
    assert text not in Client().get(path).content.decode()
    stories.append(make.make_story(figures=[figure]))
    page = Client().get(path).content.decode()
    assert (text in page, sum(story.title in page for story in stories)) == (True, 2)
