"""The filters that relate records to programmes, cycles, regions and partners."""

from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from unicef_kz.content.dates import overlapping
from unicef_kz.content.filters import KindFilter, OwnFilter, PageFilter, RelatedFilter
from unicef_kz.content.models import Concept

from .models import Cycle, Indicator, Observation, Partner, Programme, Region


def region_filter(path):
    """Takes the ISO code. A region that was renamed matches what stands under its former name."""
    return RelatedFilter(
        f"{path}__continues", code="iso", records=Region.objects.public, label=_("Region")
    )


def programme_filter(path):
    """A programme stands for its parts too."""
    return parts_filter(f"{path}__above")


def parts_filter(path):
    return RelatedFilter(path, records=Programme.objects.public, is_long=True, label=_("Programme"))


def cycle_filter(path):
    return RelatedFilter(path, records=Cycle.objects.public, label=_("Programme cycle"))


def partner_filter(path):
    return RelatedFilter(path, records=Partner.objects.public, is_long=True, label=_("Partner"))


def goals():
    return Concept.objects.filter(scheme="sdg")


def sdg_filter(path):
    return RelatedFilter(path, code="code", records=goals, label=_("Global goal (SDG)"))


class ProgrammeFilter(PageFilter):
    dated = True
    orders = {
        "structure": ["position"],
        **PageFilter.orders,
        "-date": ["-latest", "-earliest"],
        "date": ["earliest", "latest"],
    }
    programme = parts_filter("above")
    cycle = cycle_filter("cycles")
    region = region_filter("regions")
    partner = partner_filter("participations__partner")
    kind = KindFilter(field_name="kind", choices=Programme.Kind.choices, label=_("Kind"))
    sdg = sdg_filter("concepts")
    status = KindFilter(
        field_name="activity_status",
        choices=Programme.ActivityStatus.choices,
        label=_("Activity status"),
    )

    class Meta(PageFilter.Meta):
        model = Programme


class PartnerFilter(PageFilter):
    partner = OwnFilter("pk", records=Partner.objects.public, label=_("Partner"))
    programme = programme_filter("participations__programme")
    cycle = cycle_filter("participations__programme__cycles")
    region = region_filter("participations__programme__regions")
    kind = KindFilter(field_name="kind", choices=Partner.Kind.choices, label=_("Type"))
    sdg = sdg_filter("participations__programme__concepts")

    class Meta(PageFilter.Meta):
        model = Partner


class RegionListFilter(PageFilter):
    region = OwnFilter("continues", code="iso", records=Region.objects.public, label=_("Region"))
    programme = programme_filter("programmes")
    cycle = cycle_filter("programmes__cycles")
    partner = partner_filter("programmes__participations__partner")
    kind = KindFilter(field_name="kind", choices=Region.Kind.choices, label=_("Kind"))
    sdg = sdg_filter("programmes__concepts")

    class Meta(PageFilter.Meta):
        model = Region

    def query(self, drop=None, **replace):
        """With the choices of the map above the list, which are no filters."""
        kept = urlencode([(name, v) for name in ("show", "year") for v in self.values(name)])
        query = super().query(drop, **replace)
        return f"{query}{'&' if kept and query != '?' else ''}{kept}"


class FigureFilter(PageFilter):
    dated = True
    programme = programme_filter("programme")
    cycle = cycle_filter("programme__cycles")
    region = region_filter("observations__region")
    partner = partner_filter("programme__participations__partner")
    kind = KindFilter(field_name="measure", choices=Indicator.Measure.choices, label=_("Measure"))
    sdg = sdg_filter("programme__concepts")

    class Meta(PageFilter.Meta):
        model = Indicator

    def filter_period(self, queryset, name, day):
        bounds = (day, None) if name == "from" else (None, day)
        values = Observation.objects.public().filter(overlapping(*bounds))
        return queryset.filter(pk__in=values.values("indicator"))
