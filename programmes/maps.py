"""The map of regions: the layer of ``?show=`` at the units of ``?year=``, and its table.

``year`` is written as ``from`` and ``to`` are, YYYY[-MM[-DD]]. It stands for its last day: for the
units that existed on it, and for what had begun by then, as ``to`` does in a list.
"""

import datetime
from dataclasses import dataclass
from functools import cached_property

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from unicef_kz.content.dates import latest
from unicef_kz.content.filters import PartialDateField
from unicef_kz.content.languages import alphabet_key, chain, shown

from .bubbles import TARGET, Bubble, draw, legend, place_name
from .geography import on_map
from .layers import Amount, all_layers
from .models import Region

FIRST_YEAR = 1991
MERGER = datetime.date(1997, 5, 3)  # five regions became part of their neighbours
NAMES = 4


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
    year = PartialDateField(required=False, bound=latest, label=_("Year"))

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

    def __init__(self, data, listed=None, layers=all_layers):
        self.layers = {layer.slug: layer for layer in layers()}
        self.form = MapForm(data, self.layers)
        self.valid = self.form.is_valid()
        chosen = self.form.cleaned_data
        self.layer = self.layers[chosen.get("show") or next(iter(self.layers))]
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
        letters = {row.region.pk: alphabet_key(row.name, chain()[0]) for row in rows}
        rows.sort(key=lambda row: (not row.href, -row.amount.value, letters[row.region.pk]))
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
        return Row(
            region, name, language, amount or Amount(0, self.layer.nothing), share, href, centre
        )


def name_on(region: Region, day: datetime.date | None) -> tuple[str, str]:
    """What it was called on a day, and the language that is in; "Nur-Sultan" for Astana in 2020."""
    names = [n for n in region.names.all() if day and n.earliest and n.earliest <= day]
    names = [n for n in names if n.latest is None or day <= n.latest]
    name = max(names, key=lambda n: n.earliest, default=None)
    return shown(name, "name") if name else shown(region, "title")
