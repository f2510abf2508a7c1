"""What a map of regions can count: public records, child-friendly cities, a key figure.

A layer has a ``slug`` and a ``label``; ``amounts(day, units)`` by the key of the unit; their
``total``, or None; what to say of a unit with ``nothing``; and the ``address`` that lists what was
counted in a region. Its ``day`` is None for all there is, else the day by which a thing has begun,
as with ``to`` in a list.
"""

import datetime
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from unicef_kz.content.dates import earliest, overlapping
from unicef_kz.content.kept import COUNTS
from unicef_kz.content.languages import in_alphabet, shown

from .models import CityMembership, Indicator, Observation, Region

#: Relations of a region whose records can be shown. By name: their models live in later apps.
RELATIONS = ("programmes", "stories", "milestones")


@dataclass
class Amount:
    value: int
    words: str  # as the reader sees it
    date: str = ""  # of a figure's value, EDTF


class Records:
    """How many public records of one kind name each unit: what the kind's list finds by region."""

    nothing = "0"

    def __init__(self, relation: str):
        self.slug = relation
        self.model = Region._meta.get_field(relation).related_model
        self.label = capfirst(self.model._meta.verbose_name_plural)

    def until(self, day):
        records = self.model.objects.public().order_by()
        return records.filter(overlapping(None, day)) if day else records

    def amounts(self, day, _units) -> dict[int, Amount]:
        return COUNTS.get(("amounts", self.model, day), lambda: self._amounts(day))

    def _amounts(self, day) -> dict[int, Amount]:
        records = self.until(day).filter(regions__in=Region.objects.public())
        rows = records.values_list("regions__continues").annotate(n=Count("pk", distinct=True))
        return {region: Amount(n, str(n)) for region, n in rows}

    def total(self, day) -> int:
        return COUNTS.get(("total", self.model, day), self.until(day).count)

    def address(self, region, year: str) -> str:
        return self.model.list_address(region=region.iso, **({"to": year} if year else {}))


class Cities:
    """Where the child-friendly cities lie. One that changed hands counts where it lay that day."""

    slug, label, nothing = "cities", _("Child-friendly cities"), "0"

    def members(self, day) -> list[CityMembership]:
        members = CityMembership.objects.public().select_related("place")
        return [member for member in members if day is None or began_by(member, day)]

    def amounts(self, day, units) -> dict[int, Amount]:
        places = [member.place for member in self.members(day)]
        found = Counter(units.of(place.current_region_id, place.region_id) for place in places)
        return {region: Amount(n, str(n)) for region, n in found.items()}

    def total(self, day) -> int:
        return len(self.members(day))

    def address(self, region, _year) -> str:
        return f"{region.get_absolute_url()}#members"


def began_by(member: CityMembership, day: datetime.date) -> bool:
    begun = earliest(member.joined or member.recognised_from)
    return begun is not None and begun <= day


class Figure:
    """The latest value of a key figure in each unit."""

    nothing = _("no value")

    def __init__(self, indicator: Indicator):
        self.indicator, self.slug = indicator, indicator.slug
        self.label = shown(indicator, "title")[0]

    def amounts(self, day, units) -> dict[int, Amount]:
        values = regional_values().filter(indicator=self.indicator).select_related("indicator")
        if day:
            values = values.filter(overlapping(None, day))
        amounts = {}
        for value in values.order_by(F("latest").asc(nulls_first=True), "pk"):
            unit = units.of(value.region_id)
            amounts[unit] = Amount(value.value, value.in_words, value.date)
        return amounts

    def total(self, _day) -> None:
        """Values of different units have no meaningful sum."""

    def address(self, _region, _year) -> str:
        return f"{self.indicator.get_absolute_url()}#values"


def regional_values():
    reached = Observation.objects.public().filter(kind=Observation.Kind.ACTUAL, value__gte=0)
    return reached.filter(region__in=Region.objects.public())


def programmes() -> list:
    return [Records("programmes")]


def all_layers() -> list:
    """The first is shown where none is chosen."""
    values = regional_values().filter(indicator=OuterRef("pk"))
    figures = Indicator.objects.public().filter(Exists(values)).order_by(in_alphabet("title"))
    return [*map(Records, RELATIONS), Cities(), *map(Figure, figures)]
