"""Charts of key figures: which form, where its marks stand, what it says to everybody."""

import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from django.utils.translation import override

from programmes.charts import chart_of
from programmes.drawing import (
    NARROW,
    WIDE,
    Canvas,
    Point,
    Row,
    Series,
    bars,
    round_years,
    squares,
    ticks,
    timeline,
)
from programmes.models import Indicator, Region
from programmes.sparks import spark_of

from .factories import make_indicator, make_observation, make_region, make_source

SVG = "{http://www.w3.org/2000/svg}"


def numbers(path: str) -> list[float]:
    return [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", path)]


def rects(canvas, ink) -> list[tuple]:
    """(left, width) of each rectangle."""
    return [(numbers(p)[0], numbers(p)[2]) for p in canvas.paths.get(ink, ())]


def written(canvas) -> list[str]:
    return [words.text for words in canvas.words]


def figure_of(*observations, **values):
    """A public figure with these values, as a visitor's page reads it."""
    source = make_source()
    values = {"source": source, "observation": observations[0]} | values
    figure = make_indicator(**values)
    for observation in observations[1:]:
        make_observation(figure, **{"source": source} | observation)
    return Indicator.objects.public().get(pk=figure.pk)


def chart(*observations, **values):
    return chart_of(figure_of(*observations, **values))


def years(*dates, **values):
    return [{"value": 10 + i, "date": date} | values for i, date in enumerate(dates)]


# Axis


@pytest.mark.once
@pytest.mark.parametrize(
    ("top", "whole", "scale"),
    [
        ("100", False, "0 25 50 75 100"),
        ("1940", True, "0 500 1000 1500 2000"),
        ("3", True, "0 1 2 3"),
        ("1", True, "0 1"),
        ("1", False, "0 0.25 0.50 0.75 1.00"),
        ("21", True, "0 10 20 30"),
        ("0", True, "0 1"),
        ("0.0003", False, "0 0.0001 0.0002 0.0003"),
        ("7000000000", True, "0 2000000000 4000000000 6000000000 8000000000"),
    ],
)
def test_axis_starts_at_zero_and_has_round_steps(top, whole, scale):
    wanted = [Decimal(number) for number in scale.split()]
    assert ticks(Decimal(top), whole) == wanted


@pytest.mark.once
def test_years_on_an_axis_are_round_and_few():
    assert round_years(1994.0, 2018.0, most=4) == [2000, 2010]


# Geometry


@pytest.mark.once
def test_bars_start_at_zero_and_are_as_long_as_their_values():
    canvas = Canvas(400)
    bars(canvas, [Row("a", "50", 50, 50), Row("b", "200", 200, 200)], [(0, "0"), (200, "200")])
    assert rects(canvas, "solid") == [(0, 100), (0, 400)]
    assert rects(canvas, "track") == [(0, 400), (0, 400)]


@pytest.mark.once
def test_equal_bars_are_equally_long_and_a_zero_draws_nothing():
    canvas = Canvas(400)
    rows = [Row("a", "7", 7, 7), Row("b", "7", 7, 7), Row("c", "0", 0, 0)]
    bars(canvas, rows, [(0, "0"), (10, "10")])
    assert rects(canvas, "solid") == [(0, 280), (0, 280)]


@pytest.mark.once
def test_a_range_is_hatched_from_its_lower_to_its_upper_value():
    canvas = Canvas(400)
    bars(canvas, [Row("a", "10–15", 10, 15)], [(0, "0"), (100, "100")])
    assert (rects(canvas, "solid"), rects(canvas, "hatch")) == ([(0, 40)], [(40, 20)])


@pytest.mark.once
def test_long_labels_break_into_lines_that_fit():
    canvas = Canvas(NARROW)
    label = "Шығыс Қазақстан облысы, 2010–2015, бастапқы мән " * 3
    bars(canvas, [Row(label, "1 940 адам", 1, 1)], [(0, "0"), (1, "1")])
    assert max(len(text) for text in written(canvas)) < NARROW / 7
    assert all(float(words.y) <= canvas.height for words in canvas.words)


@pytest.mark.once
def test_squares_fill_columns_of_five_and_a_part_of_the_last():
    canvas = Canvas(NARROW)
    squares(canvas, Row("", "", 28.5, 28.5), 100, [(0, "0"), (100, "100")])
    filled = rects(canvas, "solid")
    assert (len(filled), len(rects(canvas, "track"))) == (29, 100)
    assert filled[-1][1] == pytest.approx(filled[0][1] / 2, abs=0.1)
    assert len({left for left, _width in filled}) == 6


@pytest.mark.once
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_a_hundred_squares_fit(width):
    canvas = Canvas(width)
    squares(canvas, Row("", "", 100, 100), 100)
    assert max(sum(rect) for rect in rects(canvas, "solid")) <= width


@pytest.mark.once
def test_a_line_goes_through_the_middles_of_its_years():
    canvas = Canvas(WIDE)
    points = [Point(y, y + 1, v, v, str(v)) for y, v in ((2000, 0), (2005, 50), (2010, 100))]
    timeline(canvas, [Series("", points, joined=True)], [(0, "0"), (100, "100")])
    [path] = canvas.paths["line"]
    x1, y1, x2, y2, x3, y3 = numbers(path.replace("L", " "))
    assert (x2 - x1, y1 - y2) == pytest.approx((x3 - x2, y2 - y3), abs=0.2)
    assert (x1 < x3, y1 > y3) == (True, True)


@pytest.mark.once
def test_points_that_are_not_joined_have_no_line():
    canvas = Canvas(WIDE)
    points = [Point(y, y + 1, 5, 5, "5") for y in (2000, 2001)]
    timeline(canvas, [Series("", points, joined=False)], [(0, "0"), (10, "10")])
    assert (set(canvas.paths) & {"line", "dashes", "dots"}, len(canvas.paths["marker"])) == (
        set(),
        2,
    )


# Form


FORMS = {
    "share": ([{"value": 82}], {}),
    "share of nothing": ([{"value": 0}], {}),
    "range": ([{"value": 10, "value_max": 15}], {}),
    "units": ([{"value": 18000}], {"measure": "number"}),
    "bars": (
        [{"value": 6, "date": "2008", "kind": "baseline"}, {"value": 21, "date": "2017"}],
        {"measure": "number"},
    ),
    "bars of equal values": ([{"date": "2008"}, {"date": "2017"}], {}),
    "bars of one year": ([{"date": "2017", "locator": f"p. {n}"} for n in range(3)], {}),
    "bars without years": ([{"date": "", "locator": f"p. {n}"} for n in range(3)], {}),
    "line": (years("2010", "2011", "2015"), {}),
    "line with a target": (
        [*years("2010", "2011", "2015"), {"date": "2030", "kind": "target"}],
        {},
    ),
    "points of two qualities": (
        [*years("2010", "2011"), *years("2015", quality="official")],
        {},
    ),
    "change": ([{"value": 30}], {"measure": "change", "direction": "fall"}),
    "change by so many times": ([{"value": 3}], {"measure": "times", "direction": "fall"}),
    "no share above the whole": ([{"value": 130}], {}),
    "no change without direction": ([{"value": 3}], {"measure": "times"}),
    "no fall by more than all": ([{"value": 130}], {"measure": "change", "direction": "fall"}),
    "no words": ([{"value": None, "text": "two thirds"}], {}),
    "no negative value": ([{"value": -3}], {}),
    "no single duration": ([{"value": 12}], {"measure": "years"}),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", FORMS)
def test_form_follows_from_the_values(name):
    observations, values = FORMS[name]
    found = chart(*observations, **values)
    assert (found.form if found else "no") == name.split()[0]


@pytest.mark.django_db
def test_different_sources_are_never_joined():
    found = chart(*[row | {"source": make_source()} for row in years("2006", "2010", "2015")])
    canvas = found.drawn(WIDE)
    assert (found.form, set(canvas.paths) & {"line", "dashes", "dots"}) == ("points", set())
    assert found.notes == [
        "These values come from different sources, so no line joins them.",
    ]


@pytest.mark.django_db
def test_one_source_is_joined_and_another_stands_apart():
    found = chart(*years("2006", "2010", "2015"), *years("2012", source=make_source()))
    assert [(len(one.points), one.joined) for one in found.series] == [(3, True), (1, False)]
    assert found.notes == ["A line joins only values from one source."]


@pytest.mark.django_db
def test_regions_are_lines_of_their_own():
    east, south = make_region(), make_region()
    dates = ("2006", "2010", "2015")
    found = chart(*years(*dates, region=east), *years(*dates, region=south))
    assert [one.label for one in found.series] == [east.title, south.title]


@pytest.mark.django_db
def test_of_many_regions_the_latest_values_are_bars_from_the_largest_down():
    regions = [make_region() for _n in range(6)]
    rows = [
        {"value": n + year % 10, "date": str(year), "region": region}
        for n, region in enumerate(regions)
        for year in (2010, 2015)
    ]
    found = chart(*rows)
    assert (found.form, [o.value for o in found.values]) == ("bars", [10, 9, 8, 7, 6, 5])
    assert found.notes == ["The latest value of each region; all stand in the table."]


@pytest.mark.django_db
def test_what_has_no_year_stands_in_the_table_only():
    found = chart(*years("2006", "2010", "2015"), {"value": 5, "date": "", "period_note": "once"})
    assert sum(len(one.points) for one in found.series) == 3
    assert found.notes == ["Values in words or without a year stand in the table only."]


@pytest.mark.django_db
def test_a_target_is_never_part_of_a_line():
    found = chart(*years("2010", "2011", "2015"), {"date": "2030", "kind": "target", "value": 9})
    [path] = found.drawn(WIDE).paths["line"]
    assert (path.count("L"), found.notes) == (2, ["Empty point: a target, not a result."])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("qualifier", "solid", "hatched"),
    [("", 40, 0), ("over", 40, 1), ("almost", 39, 1), ("about", 39, 2), ("up_to", 39, 1)],
)
def test_an_uncertain_end_is_hatched(qualifier, solid, hatched):
    found = chart({"value": 40, "qualifier": qualifier})
    canvas = found.drawn(NARROW)
    assert (len(rects(canvas, "solid")), len(rects(canvas, "hatch"))) == (solid, hatched)
    assert found.notes == (["Hatched: the source gives no exact number."] if hatched else [])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("value", "each", "drawn"), [(7, 1, 7), (100, 1, 100), (190, 10, 19), (16791, 1000, 17)]
)
def test_a_count_is_at_most_a_hundred_squares(value, each, drawn):
    found = chart({"value": value}, measure="number", unit="schools")
    assert (found.each, len(rects(found.drawn(NARROW), "solid"))) == (each, drawn)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("measure", "direction", "value", "after"),
    [("change", "fall", 30, 70), ("change", "rise", 100, 100), ("times", "fall", 4, 25)],
)
def test_a_change_is_drawn_as_before_and_after(measure, direction, value, after):
    """Per cent of the width: a rise by all of it leaves half of the width for what was before."""
    canvas = chart({"value": value}, measure=measure, direction=direction).drawn(WIDE)
    [(_left, width)] = rects(canvas, "solid")
    assert width == pytest.approx(WIDE * after / 100, abs=0.1)


@pytest.mark.django_db
def test_an_open_period_of_a_change_has_no_end():
    canvas = chart({"value": 30, "date": "1999/.."}, measure="change", direction="fall").drawn(WIDE)
    assert written(canvas) == ["", "Before, 1999", "↓ 30%", "After"]


# Words


DESCRIBED = {
    "en": "2010, baseline: 1,940 children; 2015: over 631.5 children.",
    "kk": "2010, бастапқы мән: 1 940 бала; 2015: 631,5 және одан да көп бала.",
    "ru": "2010, исходное значение: 1 940 детей; 2015: более чем 631,5 детей.",
}


@pytest.mark.django_db
@pytest.mark.parametrize("language", DESCRIBED)
def test_chart_says_the_same_in_words(language):
    figure = figure_of(
        {"value": 1940, "date": "2010", "kind": "baseline"},
        {"value": Decimal("631.5"), "date": "2015", "qualifier": "over"},
        measure="number",
        unit="children",
        unit_ru="детей",
        unit_kk="бала",
    )
    with override(language):
        description = chart_of(figure).description.replace("\xa0", " ")
    assert DESCRIBED[language] in description


@pytest.mark.django_db
def test_words_in_another_language_say_so():
    region = make_region()
    Region.objects.filter(pk=region.pk).update(title_en="", title_ru="Область")
    figure = figure_of(*[{"date": d, "region": region} for d in ("2010", "2015")])
    with override("en"):
        languages = {w.language for w in chart_of(figure).drawn(WIDE).words if "Обл" in w.text}
    assert languages == {"ru"}


@pytest.mark.django_db
def test_page_has_the_chart_in_two_widths_with_title_and_description(client):
    figure = figure_of({"value": 82}, title="A <b> & B", population="children <i>")
    html = client.get(f"/en/figures/{figure.slug}/").content.decode()
    assert html.count('<svg class="drawing"') == html.count('role="img"') == 2
    assert html.count("<title>A &lt;b&gt; &amp; B</title>") == 2
    assert "<i>" not in html.split("<figure")[1].split("</figure>")[0]


@pytest.mark.django_db
def test_limits_of_a_sensitive_figure_come_before_its_number_and_its_chart(client):
    figure = figure_of({"value": 82}, sensitive=True, limits="Not for every region.")
    html = client.get(f"/en/figures/{figure.slug}/").content.decode()
    places = [html.index(part) for part in ("Not for every region.", "82%", "<figure")]
    assert places == sorted(places)


@pytest.mark.django_db
def test_words_alone_have_no_chart(client):
    figure = figure_of({"value": None, "text": "two thirds"})
    html = client.get(f"/en/figures/{figure.slug}/").content.decode()
    assert ("<figure" in html, "chart.svg" in html) == (False, False)


@pytest.mark.django_db
def test_page_leads_to_the_data_of_its_figure(client):
    figure = figure_of({"value": 82}, slug="one")
    html = client.get(f"/en/figures/{figure.slug}/").content.decode()
    found = re.findall(r'href="(/api/[^"]+)" rel="nofollow"', html)
    assert found == [f"/api/v1/figures/one/?format={form}" for form in ("csv", "xlsx", "json")]


# A file of its own


def file_of(client, figure, language="en", query=""):
    with override(language):
        address = reverse("programmes:indicator_chart", args=[figure.slug])
    return client.get(address + query)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "kk", "ru"])
def test_file_is_xml_and_carries_title_source_licence_and_address(client, settings, language):
    settings.SITE_URL = "https://example.org"
    figure = figure_of({"value": 82, "qualifier": "over"}, title="A <b> & B", slug="one")
    root = ElementTree.fromstring(file_of(client, figure, language).content)
    text = " ".join("".join(element.itertext()) for element in root.iter(f"{SVG}text"))
    wanted = ["A <b> & B", "CC BY 4.0", f"https://example.org/{language}/figures/one/"]
    assert [part for part in wanted if part not in text] == []
    assert figure.headline.source.title in text
    assert root.find(f"{SVG}title").text == "A <b> & B"
    assert root.attrib["lang"] == language


@pytest.mark.django_db
def test_file_needs_no_style_sheet_script_or_other_file(client):
    svg = file_of(client, figure_of({"value": 82, "qualifier": "over"})).content.decode()
    assert re.findall(r"style=|<style|<script|<image|href=|@import", svg) == []


@pytest.mark.django_db
def test_file_of_a_sensitive_figure_shows_its_limits_first(client):
    caveat = {"value": 82, "caveat": "Of one school."}
    figure = figure_of(caveat, sensitive=True, limits="Not for every region.")
    root = ElementTree.fromstring(file_of(client, figure).content)
    lines = [element.text for element in root.iter(f"{SVG}text")]
    assert lines[1:4] == ["Not for every region.", "Of one school.", "82%"]


@pytest.mark.django_db
def test_file_is_shown_or_downloaded(client):
    figure = figure_of({"value": 82}, slug="one")
    shown, taken = file_of(client, figure, "ru"), file_of(client, figure, "ru", "?download=1")
    assert (shown["Content-Type"], shown.get("Content-Disposition")) == ("image/svg+xml", None)
    assert taken["Content-Disposition"] == 'attachment; filename="one-ru.svg"'


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "status"),
    [("published", 200), ("draft", 404), ("scheduled", 404), ("withdrawn", 410)],
)
def test_file_is_there_as_long_as_its_page(client, state, status):
    figure = make_indicator(state=state)
    page = client.get(f"/en/figures/{figure.slug}/")
    assert (file_of(client, figure).status_code, page.status_code) == (status, status)


@pytest.mark.django_db
def test_a_figure_without_a_chart_has_no_file(client):
    figure = figure_of({"value": None, "text": "two thirds"})
    assert file_of(client, figure).status_code == 404


@pytest.mark.django_db
def test_the_old_address_of_a_file_leads_to_the_new_one(client):
    figure = make_indicator(slug="old")
    figure.slug = "new"
    figure.save()
    response = client.get("/en/figures/old/chart.svg")
    assert (response.status_code, response["Location"]) == (301, "/en/figures/new/chart.svg")


# Small ones


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "inks"),
    [("share", ["track", "mark"]), ("bars", ["track", "mark", "other"]), ("line", ["line"])],
)
def test_a_card_has_a_small_chart(name, inks):
    observations, values = FORMS[name]
    spark = spark_of(chart(*observations, **values))
    assert [ink for ink, _path in spark.paths] == inks


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["units", "change"])
def test_a_number_that_a_small_chart_would_not_explain_has_none(name):
    observations, values = FORMS[name]
    assert spark_of(chart(*observations, **values)) is None
