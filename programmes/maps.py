"""What the map of regions counts: the layers of ``?show=``, at the units of ``?year=``.

``year`` is written as ``from`` and ``to`` are, YYYY[-MM[-DD]]. It stands for its last day: for the
units that existed on it, and for what had begun by then, as ``to`` does in a list.
"""

import datetime
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django import forms
from django.db.models import Count, Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from unicef_kz.content.dates import earliest, latest, overlapping
from unicef_kz.content.filters import PartialDateField
from unicef_kz.content.languages import alphabet_key, chain, in_alphabet, shown

from .bubbles import TARGET, Bubble, draw, legend, place_name
from .geography import on_map
from .models import CityMembership, Indicator, Observation, Region

FIRST_YEAR = 1991
MERGER = datetime.date(1997, 5, 3)  # five regions became part of their neighbours
NAMES = 4
#: Relations of a region whose records can be shown. By name: their models live in later apps.
RELATIONS = ("programmes", "stories", "milestones")
CITIES = "cities"


@dataclass
class Amount:
    value: int
    words: str  # as the reader sees it
    date: str = ""  # of a figure's value, EDTF


class Records:
    """How many public records of one kind name each unit: what the kind's list finds by region."""

    def __init__(self, relation: str):
        self.slug = relation
        self.model = Region._meta.get_field(relation).related_model
        self.label = capfirst(self.model._meta.verbose_name_plural)

    def until(self, day):
        records = self.model.objects.public().order_by()
        return records.filter(overlapping(None, day)) if day else records

    def amounts(self, day, _units) -> dict[int, Amount]:
        records = self.until(day).filter(regions__in=Region.objects.public())
        rows = records.values_list("regions__continues").annotate(n=Count("pk", distinct=True))
        return {region: Amount(n, str(n)) for region, n in rows}

    def total(self, day) -> int:
        return self.until(day).count()

    def address(self, region, year: str) -> str:
        meta = self.model._meta
        query = {"region": region.iso} | ({"to": year} if year else {})
        return f"{reverse(f'{meta.app_label}:{meta.model_name}_list')}?{urlencode(query)}"


class Cities:
    """Where the child-friendly cities lie. One that changed hands counts where it lay that day."""

    slug, label = CITIES, _("Child-friendly cities")

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

    def __init__(self, indicator: Indicator):
        self.indicator, self.slug = indicator, indicator.slug
        self.label = shown(indicator, "title")[0]

    def amounts(self, day, units) -> dict[int, Amount]:
        values = regional_values().filter(indicator=self.indicator).select_related("indicator")
        if day:
            values = values.filter(overlapping(None, day))
        amounts = {}
        for value in values.order_by("latest", "pk"):
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


def layers() -> dict:
    """By the value of ``show``; the first is shown without it."""
    values = regional_values().filter(indicator=OuterRef("pk"))
    figures = Indicator.objects.public().filter(Exists(values)).order_by(in_alphabet("title"))
    every = (*map(Records, RELATIONS), Cities(), *map(Figure, figures))
    return {layer.slug: layer for layer in every}


class Units:
    """The public regions, and which of them existed on a day."""

    def __init__(self, day: datetime.date):
        self.day = day
        self.known = {
            region.pk: region for region in Region.objects.public().prefetch_related("names")
        }

    @cached_property
    def existing(self) -> list[Region]:
        return [region for region in self.known.values() if region.exists_on(self.day)]

    def of(self, *regions: int | None) -> int | None:
        """The unit of that day in which the first of these regions lay, under whatever name."""
        for key in regions:
            seen = set()
            while key in self.known and key not in seen:
                if self.known[key].exists_on(self.day):
                    return key
                seen.add(key)
                key = self.known[key].renamed_to_id
        return None

    def centre(self, region: Region) -> tuple[float, float] | None:
        """Latitude and longitude; before land was taken from a region, the middle of both."""
        lost = [
            part
            for part in self.known.values()
            if part.carved_from_id == region.pk
            and part.kind == Region.Kind.REGION
            and not part.exists_on(self.day)
        ]
        places = [r for r in (region, *lost) if r.latitude is not None]
        if region not in places:
            return None
        sums = (sum(r.latitude for r in places), sum(r.longitude for r in places))
        return tuple(float(total / len(places)) for total in sums)


@dataclass
class Row:
    """A unit on the map and in the table beside it."""

    region: Region
    name: str
    language: str
    amount: Amount
    share: int | None
    href: str  # to what was counted; "" where that is nothing
    centre: tuple[float, float] | None
    bubble: Bubble | None = None

    @property
    def number_fits(self) -> bool:
        """Inside its circle."""
        return len(self.amount.words) * 0.5 + 0.4 <= 2 * self.bubble.r


class MapForm(forms.Form):
    show = forms.ChoiceField(required=False, label=_("Show on the map"))
    year = PartialDateField(required=False, bound=latest, label=_("As it was in"))

    def __init__(self, data, choices):
        super().__init__(data)
        self.fields["show"].choices = [(slug, layer.label) for slug, layer in choices.items()]
        self.fields["show"].error_messages["invalid_choice"] = _(
            "Choose what to show from the list."
        )

    def clean_year(self):
        day, last = self.cleaned_data["year"], timezone.localdate().year
        if day and not FIRST_YEAR <= day.year <= last:
            raise forms.ValidationError(
                gettext("Choose a year from %(first)s to %(last)s.")
                % {"first": FIRST_YEAR, "last": last}
            )
        return day


class RegionMap:
    """A map for the parameters ``data``, of the regions with the keys ``listed``, else of all."""

    def __init__(self, data, listed=None):
        self.layers = layers()
        self.form = MapForm(data, self.layers)
        self.valid = self.form.is_valid()
        chosen = self.form.cleaned_data
        self.layer = self.layers[chosen.get("show") or RELATIONS[0]]
        self.until = chosen.get("year")
        self.day = self.until or timezone.localdate()
        self.year = data.get("year", "").strip() if self.until else ""
        self.listed = listed

    @property
    def years(self) -> list[str]:
        """To choose from, the latest first; a month that stands in the address stays in it."""
        years = [str(year) for year in range(timezone.localdate().year, FIRST_YEAR - 1, -1)]
        return years if self.year in ("", *years) else [self.year, *years]

    @cached_property
    def total(self) -> int | None:
        return self.layer.total(self.until)

    @cached_property
    def rows(self) -> list[Row]:
        """The largest first: as one reads them, and so that no small circle lies under another."""
        if not self.valid:
            return []
        units = Units(self.day)
        amounts = self.layer.amounts(self.until, units)
        rows = [
            self.row(region, amounts.get(region.pk), units.centre(region))
            for region in units.existing
            if self.listed is None or region.pk in self.listed
        ]
        rows.sort(key=lambda row: (-row.amount.value, alphabet_key(row.name, chain()[0])))
        placed = [row for row in rows if row.centre]
        bubbles = draw([(on_map(*row.centre), float(row.amount.value)) for row in placed])
        for row, bubble in zip(placed, bubbles, strict=True):
            row.bubble = bubble
        return rows

    @property
    def sizes(self) -> list[tuple[float, float]]:
        return legend([float(row.amount.value) for row in self.rows])

    @property
    def names(self) -> list[tuple[str, tuple[float, float]]]:
        """The largest circles carry their name, where there is room for it."""
        bubbles = [row.bubble for row in self.rows if row.bubble]
        large = [row for row in self.rows if row.bubble and row.bubble.r > TARGET][:NAMES]
        placed = [(row.name, place_name(row.name, row.bubble, bubbles)) for row in large]
        return [(name, place) for name, place in placed if place]

    @property
    def before_merger(self) -> bool:
        return self.day < MERGER

    def row(self, region, amount, centre) -> Row:
        name, language = name_on(region, self.until)
        href = self.layer.address(region, self.year) if amount else ""
        share = round(100 * amount.value / self.total) if amount and self.total else None
        return Row(region, name, language, amount or Amount(0, "0"), share, href, centre)


def name_on(region: Region, day: datetime.date | None) -> tuple[str, str]:
    """What it was called on a day, and the language that is in; "Nur-Sultan" for Astana in 2020."""
    names = [n for n in region.names.all() if day and n.earliest and n.earliest <= day]
    current = [n for n in names if n.latest is None or day <= n.latest]
    return (
        shown(max(current, key=lambda n: n.earliest), "name") if current else shown(region, "title")
    )
