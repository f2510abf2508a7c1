"""Dates as the sources write them: bounds for sorting, words for readers, nothing that breaks."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from timeline.models import Milestone
from unicef_kz.content.dates import earliest, in_words, latest, overlapping, parse, validate_edtf

from .factories import make_milestone

BOUNDS = {
    "1994": ("1994-01-01", "1994-12-31"),
    "1994-11": ("1994-11-01", "1994-11-30"),
    "2016-02": ("2016-02-01", "2016-02-29"),
    "1994-11-25": ("1994-11-25", "1994-11-25"),
    "2008/2009": ("2008-01-01", "2009-12-31"),
    "2013-12-04/2014-08-13": ("2013-12-04", "2014-08-13"),
    "2016/..": ("2016-01-01", "None"),
    "../2016-05": ("None", "2016-05-31"),
    "2009~": ("2009-01-01", "2009-12-31"),
    "2009?": ("2009-01-01", "2009-12-31"),
}
INVALID = [
    " ",
    "x",
    "?",
    "1994 ",
    "1994-1",
    "1994-13",
    "1994-02-30",
    "1899",
    "2101",
    "25.11.1994",
    "2009/2008",
    "2016/",
    "/2016",
    "../..",
    "199u",
    "1994-21",
    "1994-11-25T10:00",
    "1994/1995/1996",
    "-1994",
    "99999999999",
    "٢٠١٦",
    "1994\x00",
]
#: written → in English, Russian and Kazakh
WORDS = {
    "": ("", "", ""),
    "1994": ("1994", "1994", "1994"),
    "1994-11-25": ("25 November 1994", "25 ноября 1994 г.", "1994 ж. 25 қараша"),
    "2026-11-21": ("21 November 2026", "21 ноября 2026 г.", "2026 ж. 21 қараша"),
    "1994-11": ("November 1994", "ноябрь 1994 г.", "1994 ж. қараша"),
    "2009-03~": ("about March 2009", "около марта 2009 г.", "шамамен 2009 ж. наурыз"),
    "2008/2009": ("2008–2009", "2008–2009", "2008–2009"),
    "2013-12-04/2014-08-13": (
        "4 December 2013 – 13 August 2014",
        "4 декабря 2013 г. – 13 августа 2014 г.",
        "2013 ж. 4 желтоқсан – 2014 ж. 13 тамыз",
    ),
    "2009~": ("about 2009", "около 2009 года", "шамамен 2009 жыл"),
    "2016/..": ("since 2016", "с 2016 года", "2016 жылдан бері"),
    "../2016": ("until 2016", "до 2016 года", "2016 жылға дейін"),
}
IN_ENGLISH = {
    "../2016-05": "until May 2016",
    "2016-05/2017": "May 2016 – 2017",
}
PIECES = st.text(alphabet="0123456789-/.~?% uxXyTe[]{}", max_size=25)


@pytest.mark.parametrize("text", BOUNDS)
def test_bounds(text):
    assert (str(earliest(text)), str(latest(text))) == BOUNDS[text]


def test_no_date_has_no_bounds():
    assert (earliest(""), latest("")) == (None, None)


@pytest.mark.parametrize("text", INVALID)
def test_invalid_date_is_a_value_error(text):
    with pytest.raises(ValueError):
        parse(text)


def test_editor_is_told_how_to_write_a_date():
    with pytest.raises(ValidationError) as error:
        validate_edtf("25.11.1994")
    assert error.value.messages[0].startswith("“25.11.1994” is no date that we can read. Write ")


@pytest.mark.parametrize("text", WORDS)
@pytest.mark.parametrize(("place", "language"), [(0, "en"), (1, "ru"), (2, "kk")])
def test_in_words(text, place, language):
    with override(language):
        assert in_words(text) == WORDS[text][place]


@pytest.mark.parametrize("text", IN_ENGLISH)
def test_in_english_words(text):
    assert in_words(text) == IN_ENGLISH[text]


@given(st.text(max_size=40) | PIECES)
def test_any_text_is_a_date_or_a_value_error(text):
    try:
        parse(text)
    except ValueError:
        return
    assert in_words(text)


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 12, 31)))
def test_any_day_is_its_own_bounds(day):
    assert (earliest(str(day)), latest(str(day))) == (day, day)


@pytest.mark.django_db
def test_bounds_are_kept_with_the_record():
    milestone = make_milestone(date="1994-11")
    assert (str(milestone.earliest), str(milestone.latest)) == ("1994-11-01", "1994-11-30")


@pytest.mark.django_db
def test_milestones_stand_in_the_order_of_time_and_undated_last():
    dates = ["", "2016/..", "1994-11-25", "1994", "1946-12-11"]
    for date in dates:
        make_milestone(date=date)
    assert list(Milestone.objects.values_list("date", flat=True)) == [
        "1946-12-11",
        "1994",
        "1994-11-25",
        "2016/..",
        "",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("date", "start", "end", "found"),
    [
        ("1994", "1994-11-25", None, True),
        ("1994", None, "1994-01-01", True),
        ("1994", "1995-01-01", None, False),
        ("2016/..", "2090-01-01", None, True),
        ("2016/..", None, "2015-12-31", False),
        ("../2016", None, "1900-01-01", True),
        ("", "1900-01-01", None, False),
        ("2008/2009", "2009-06-01", "2009-06-30", True),
    ],
)
def test_overlap(date, start, end, found):
    make_milestone(date=date)
    days = [day and datetime.date.fromisoformat(day) for day in (start, end)]
    assert Milestone.objects.filter(overlapping(*days)).exists() == found
