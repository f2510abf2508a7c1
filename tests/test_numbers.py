from decimal import Decimal

import pytest

from programmes.numbers import unit_after


@pytest.mark.parametrize(
    ("value", "unit"),
    [(1, "город"), (21, "город"), (4, "города"), (64, "города"), (11, "городов"), (12, "городов")],
)
def test_russian_unit_follows_its_number(value, unit):
    assert unit_after(Decimal(value), "город|города|городов", "ru") == unit


def test_russian_unit_after_a_fraction():
    assert unit_after(Decimal("28.6"), "город|города|городов", "ru") == "города"


@pytest.mark.parametrize(("value", "unit"), [(1, "district"), (4, "districts"), (21, "districts")])
def test_english_unit_follows_its_number(value, unit):
    assert unit_after(Decimal(value), "district|districts", "en") == unit


def test_unit_with_one_form_never_changes():
    assert unit_after(Decimal(1), "бала", "kk") == "бала"


def test_unit_of_a_value_in_words():
    assert unit_after(None, "city|cities", "en") == "cities"
