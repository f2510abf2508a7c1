"""What the database itself refuses, whoever writes to it."""

import datetime

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils import timezone

from programmes.models import (
    CityMembership,
    Observation,
    Participation,
    PartnerName,
    Region,
    RegionName,
)
from unicef_kz.content.dates import Dated
from unicef_kz.content.models import Concept, FormerSlug, Translation
from unicef_kz.content.publishing import Page

from .factories import (
    MAKE,
    draft,
    make_concept,
    make_indicator,
    make_membership,
    make_observation,
    make_participation,
    make_partner,
    make_programme,
    make_region,
    make_source,
)

pytestmark = pytest.mark.django_db
PAGES = [model for model in apps.get_models() if issubclass(model, Page)]
DATED = [model for model in apps.get_models() if issubclass(model, Dated)]


def a_row(model):
    """Some saved record of a dated kind."""
    match model._meta.model_name:
        case "observation":
            return make_indicator().observations.get()
        case "citymembership":
            return make_membership()
        case "regionname":
            return RegionName.objects.create(region=make_region(), name_en="Former")
        case "partnername":
            return PartnerName.objects.create(partner=make_partner(), name_en="Former")
    return MAKE[model]()


def test_every_kind_of_page_has_a_factory():
    assert set(MAKE) == set(PAGES)


@pytest.mark.parametrize("model", PAGES)
def test_published_record_has_a_date(model):
    page = MAKE[model]()
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(pk=page.pk).update(publish_at=None)


@pytest.mark.parametrize("model", PAGES)
def test_address_is_unique_within_a_kind(model):
    MAKE[model](slug="twice")
    with pytest.raises(IntegrityError), transaction.atomic():
        draft(model, {"slug": "twice"})


def test_address_may_be_shared_by_two_kinds():
    assert make_programme(slug="same").slug == make_partner(slug="same").slug


@pytest.mark.parametrize("model", DATED)
def test_range_ends_after_it_starts(model):
    row = a_row(model)
    start, end = datetime.date(2016, 1, 2), datetime.date(2016, 1, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(pk=row.pk).update(earliest=start, latest=end)


@pytest.mark.parametrize("make", [make_programme, MAKE[apps.get_model("programmes", "Cycle")]])
def test_start_after_end_is_not_saved(make):
    with pytest.raises(IntegrityError), transaction.atomic():
        make(start="2017", end="2016", state="draft")


def test_region_ends_after_it_starts():
    with pytest.raises(IntegrityError), transaction.atomic():
        make_region(valid_from="2022-06-08", valid_to="2018-06-19", state="draft")


def test_region_has_one_code():
    make_region(iso="KZ-43")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_region(iso="KZ-43", state="draft")


@pytest.mark.parametrize(
    "wrong",
    [
        {"source": None},
        {"locator": ""},
        {"value": None, "text_en": "", "text": ""},
        {"value_max": 90},
        {"value_max": 10},
    ],
    ids=["source", "locator", "value", "range of nothing", "falling range"],
)
def test_observation_is_refused_without(wrong):
    value = make_indicator().observations.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Observation.objects.filter(pk=value.pk).update(**wrong)


def test_observation_with_words_needs_no_number():
    words = make_observation(make_indicator(), value=None, text="two thirds")
    assert words.in_words == "two thirds"


def test_observation_in_russian_words_alone_needs_no_number():
    """A figure may have been written in Russian first."""
    value = make_observation(make_indicator(), value=None, text_ru="две трети", text="")
    assert value.pk


def test_membership_has_a_place_in_its_source():
    member = make_membership()
    with pytest.raises(IntegrityError), transaction.atomic():
        CityMembership.objects.filter(pk=member.pk).update(locator="")


def test_partner_has_a_role_once():
    programme, partner = make_programme(), make_partner()
    make_participation(programme, partner, role="funding")
    with pytest.raises(IntegrityError), transaction.atomic():
        Participation.objects.create(programme=programme, partner=partner, role="funding")


def test_classification_has_a_code_once():
    make_concept(code="3")
    with pytest.raises(IntegrityError), transaction.atomic():
        Concept.objects.create(scheme="sdg", code="3")


def test_translation_is_noted_once_for_a_language():
    page = make_programme()
    page.translations.create(language="ru")
    with pytest.raises(IntegrityError), transaction.atomic():
        Translation.objects.create(record=page, language="ru")


def test_reviewed_translation_says_when():
    with pytest.raises(IntegrityError), transaction.atomic():
        Translation.objects.create(record=make_programme(), language="ru", state="reviewed")


def test_reviewed_translation_with_its_hour_is_saved():
    saved = Translation.objects.create(
        record=make_programme(), language="ru", state="reviewed", reviewed_at=timezone.now()
    )
    assert saved.pk


def test_former_address_leads_to_one_record():
    page = make_programme()
    FormerSlug.remember(page, "old")
    with pytest.raises(IntegrityError), transaction.atomic():
        FormerSlug.objects.create(record=page, slug="old")


def test_record_with_facts_on_a_source_keeps_it():
    source = make_source()
    make_indicator(source=source)
    with pytest.raises(IntegrityError), transaction.atomic():
        source.delete()


def test_region_with_a_successor_is_kept():
    new = make_region()
    make_region(renamed_to=new)
    with pytest.raises(IntegrityError), transaction.atomic():
        Region.objects.get(pk=new.pk).delete()
