"""The picture that stands for a page where somebody shares it."""

import io
from dataclasses import replace

import pytest
from django.test import Client
from django.utils import timezone, translation
from PIL import Image

from stories.models import Consent
from unicef_kz.cards import record_card
from unicef_kz.cards.drawing import (
    HEIGHT,
    MARGIN,
    WIDTH,
    Card,
    drawn,
    fitted,
    font,
    shortened,
    tokens,
    wrapped,
)

from . import factories as make
from .test_leaks import LAPSES

pytestmark = [pytest.mark.django_db, pytest.mark.once]
CARD = Card("programme", site="The record", host="example.org", title="A title")
LONG = "Қылмыстық-атқару жүйесіндегі кәмелетке толмағандардың құқықтарын қорғау " * 4


def address(record, language="en") -> str:
    return f"/{language}/card/{record._meta.model_name}/{record.slug}.png"


def status(record) -> int:
    return Client().get(address(record)).status_code


# What is drawn


@pytest.mark.once
@pytest.mark.parametrize("text", ["A title", LONG, "ә" * 300, "1\u00a0940\u00a0₸"])
@pytest.mark.parametrize("number", ["", "over 1,940,000"])
def test_card_has_the_size_that_networks_ask_for_and_is_light(text, number):
    data = drawn(replace(CARD, title=text, number=number, note=text, eyebrow=text))
    picture = Image.open(io.BytesIO(data))
    assert (picture.format, picture.size, len(data) < 60_000) == ("PNG", (1200, 630), True)


@pytest.mark.once
def test_words_keep_their_distance_from_the_edges():
    picture = Image.open(io.BytesIO(drawn(replace(CARD, title=LONG, note=LONG, number="64"))))
    picture = picture.convert("RGB")
    edge = picture.crop((WIDTH - MARGIN, 0, WIDTH, HEIGHT - 120))
    assert edge.getcolors() == [(edge.width * edge.height, (233, 245, 251))]


@pytest.mark.once
def test_font_has_every_letter_of_the_three_languages():
    letters = "ӘәҒғҚқҢңӨөҰұҮүҺһІіЁёЪъЫыЭэ₸№«»–—…%“”’ "
    empty = font(40).getmask("\uffff").getbbox(), bytes(font(40).getmask("\uffff"))
    drawn_alike = [
        c
        for c in letters.strip()
        if (font(40).getmask(c).getbbox(), bytes(font(40).getmask(c))) == empty
    ]
    assert drawn_alike == []


@pytest.mark.once
def test_long_title_shrinks_before_it_is_cut():
    short, long = fitted("A title", 78, 34, 300, True), fitted(LONG[:150], 78, 34, 300, True)
    assert [short, long[0] < 78, " ".join(long[1])] == [(78, ["A title"]), True, LONG[:150].strip()]


@pytest.mark.once
def test_title_beyond_the_smallest_size_ends_in_an_ellipsis():
    size, lines = fitted(LONG, 78, 34, 80, True)
    assert [size, len(lines), lines[-1][-1]] == [34, 2, "…"]


@pytest.mark.once
def test_word_longer_than_a_line_is_broken():
    lines = wrapped("ә" * 300, font(40), 500)
    assert ["".join(lines), max(font(40).getlength(line) for line in lines) <= 500] == [
        "ә" * 300,
        True,
    ]


@pytest.mark.once
def test_text_that_fits_is_not_shortened():
    assert shortened("A title", font(40)) == "A title"


@pytest.mark.once
def test_colours_are_those_of_the_light_theme():
    assert [tokens()["ink"], tokens()["story-text"]] == ["#1b2733", "#961a49"]


# What stands on it


def test_figure_shows_its_number_large_with_its_period(db):
    figure = make.make_indicator(observation={"value": 64, "date": "2009"}, title="Acts")
    card = record_card(figure)
    assert (card.eyebrow, card.title, card.number, card.note) == (
        "Key figure",
        "Acts",
        "64%",
        "children, 2009",
    )


def test_change_counts_of_whom_and_not_in_a_unit(db):
    figure = make.make_indicator(observation={"value": 38, "date": "2009"}, measure="change")
    assert record_card(figure).note == "children, 2009"


def test_sensitive_figure_shows_no_number_without_its_limits(db):
    figure = make.make_indicator(sensitive=True, limits="Not all of them.")
    assert (record_card(figure).number, record_card(figure).note) == ("", "")


def test_milestone_shows_its_date_as_exact_as_it_is(db):
    assert record_card(make.make_milestone(date="1994-11")).eyebrow == "Event · November 1994"


def test_card_is_in_the_language_of_its_address(db):
    story = make.make_story(title_ru="Вторая возможность")
    with translation.override("ru"):
        card = record_card(story)
    assert (card.title, card.site) == ("Вторая возможность", "ЮНИСЕФ в Казахстане: летопись")


def test_text_for_those_who_do_not_see_the_card(db):
    assert (
        record_card(make.make_milestone(title="Signed")).alt == "Event · 25 November 1994. Signed"
    )


def test_no_photograph_gets_onto_a_card(db):
    story = make.make_story()
    before = Client().get(address(story)).content
    make.make_photo(story)
    assert Client().get(address(story)).content == before


# Who gets it


@pytest.mark.parametrize("model", make.MAKE, ids=lambda model: model._meta.model_name)
@pytest.mark.parametrize("state", make.NON_PUBLIC)
def test_card_of_what_is_not_public_is_not_given(db, model, state):
    record = make.MAKE[model](state=state)
    without_card = model._meta.model_name in ("cycle", "resource")
    assert status(record) == (410 if state == "withdrawn" and not without_card else 404)


@pytest.mark.parametrize("lapse", LAPSES.values(), ids=LAPSES)
def test_card_goes_at_once_when_the_consent_lapses(db, lapse):
    story = make.make_story_with_child(title_ru="Имя")
    assert status(story) == 200
    lapse(Consent.objects.filter(subject__story=story))
    assert status(story) == 404


def test_card_goes_when_the_source_of_its_fact_goes(db):
    source = make.make_source()
    milestone = make.make_milestone(source=source)
    make.force(source, "withdrawn")
    assert status(milestone) == 404


def test_card_of_a_figure_shows_public_values_alone(db):
    figure = make.make_indicator(observation={"value": 10, "date": "2010"})
    etag = Client().get(address(figure))["ETag"]
    make.make_observation(figure, value=99, date="2020", source=make.make_source(state="draft"))
    assert Client().get(address(figure))["ETag"] == etag


def test_card_changes_with_its_words(db):
    partner = make.make_partner()
    before = Client().get(address(partner))
    type(partner).objects.filter(pk=partner.pk).update(title_en="Another name")
    after = Client().get(address(partner))
    assert (before["ETag"] == after["ETag"], before.content == after.content) == (False, False)


def test_card_that_is_known_is_not_sent_again(db):
    path = address(make.make_partner())
    first = Client().get(path)
    again = Client().get(path, headers={"if-none-match": first["ETag"]})
    assert [again.status_code, again.content, again["ETag"]] == [304, b"", first["ETag"]]


def test_caches_ask_again_every_time(db):
    response = Client().get(address(make.make_partner()))
    assert [response["Cache-Control"], response["Content-Type"]] == ["no-cache", "image/png"]


def test_card_costs_few_queries(db, django_assert_max_num_queries):
    figure = make.make_indicator(observation={"region": make.make_region()})
    for _ in range(5):
        make.make_observation(figure, region=make.make_region())
    with django_assert_max_num_queries(4):
        Client().get(address(figure))


# Where it is named


def test_page_names_its_card(db, settings):
    story = make.make_story(title="“Quoted” & more")
    html = Client().get(f"/kk/stories/{story.slug}/").content.decode()
    image = f'<meta property="og:image" content="{settings.SITE_URL}{address(story, "kk")}">'
    alt = 'content="Тәжірибеден алынған оқиға · 2017. “Quoted” &amp; more"'
    assert [html.count(image), html.count(alt)] == [1, 1]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/en/", "site"),
        ("/en/stories/", "story"),
        ("/en/timeline/", "milestone"),
    ],
)
def test_other_pages_name_theirs(db, settings, path, name):
    html = Client().get(path).content.decode()
    card = f"/en/card/{name}.png"
    assert f'content="{settings.SITE_URL}{card}"' in html
    assert Client().get(card).status_code == 200


def test_expired_day_is_the_last_one(db):
    """Expiry is inclusive: on its last day the card is still given."""
    today = timezone.localdate()
    assert status(make.make_story_with_child(consent={"expires_on": today})) == 200
