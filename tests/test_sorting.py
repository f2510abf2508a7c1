"""Titles stand in the order of the reader's alphabet, the same on both databases."""

import pytest
from django.utils.translation import override

from programmes.models import Region
from unicef_kz.content.languages import in_alphabet

from .factories import make_region

pytestmark = pytest.mark.django_db
KAZAKH = ["Абай", "Ақмола", "Ақтөбе", "Алматы", "Атырау", "Әулиеата", "Батыс Қазақстан", "Ғабит"]
KAZAKH += ["Жамбыл", "Жетісу", "Қарағанды", "Қостанай", "Қызылорда", "Маңғыстау", "Өскемен"]
KAZAKH += ["Павлодар", "Солтүстік Қазақстан", "Түркістан", "Ұлытау", "Үржар", "Шығыс Қазақстан"]
KAZAKH += ["Шымкент", "Ілияс"]
RUSSIAN = ["Абайская", "Акмолинская", "Ежевичная", "Ёлочная", "Жамбылская", "Шымкент", "Щучинск"]
ENGLISH = ["Abai", "akmola", "Almaty", "Zhambyl"]


def in_order(language: str) -> list[str]:
    with override(language):
        rows = Region.objects.order_by(in_alphabet("title"))
        return [getattr(row, f"title_{language}") for row in rows]


def make_all(language: str, titles: list[str]) -> None:
    for title in reversed(titles):
        make_region(**{f"title_{language}": title})


@pytest.mark.parametrize(("language", "titles"), [("kk", KAZAKH), ("ru", RUSSIAN), ("en", ENGLISH)])
def test_alphabet(language, titles):
    make_all(language, titles)
    assert in_order(language) == titles


def test_list_of_regions_stands_in_the_readers_alphabet(client):
    make_all("kk", KAZAKH)
    rows = client.get("/kk/regions/?sort=title").context["object_list"]
    assert [row.title_kk for row in rows] == KAZAKH


def test_untranslated_titles_are_sorted_by_what_is_shown():
    make_region(title_kk="Түркістан")
    make_region(title="", title_ru="Алматы", summary_ru="x", source_language="ru")
    with override("kk"):
        rows = Region.objects.order_by(in_alphabet("title"))
        assert [row.title_kk or row.title_ru for row in rows] == ["Алматы", "Түркістан"]


def test_facet_options_with_equal_counts_stand_in_the_readers_alphabet(client):
    from .factories import make_story

    for title in ("Өскемен", "Шымкент", "Ақтөбе"):
        make_story(regions=[make_region(title_kk=title)])
    facets = client.get("/kk/stories/").context["filters"].facets
    region = next(facet for facet in facets if facet["name"] == "region")
    assert [o["label"] for o in region["options"]] == ["Ақтөбе", "Өскемен", "Шымкент"]
