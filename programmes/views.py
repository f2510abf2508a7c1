from django.db.models import F, Prefetch, Q, Window
from django.db.models.functions import RowNumber
from django.http import HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from unicef_kz.content.kept import COUNTS
from unicef_kz.content.likeness import MOST, similar
from unicef_kz.content.orders import Order, in_order
from unicef_kz.content.rows import Rows, Some
from unicef_kz.content.views import PageDetail, PageList, public_prefetch

from .charts import chart_of
from .filters import FigureFilter, PartnerFilter, ProgrammeFilter, RegionListFilter
from .geography import on_map
from .maps import RegionMap
from .models import (
    CityMembership,
    Cycle,
    Indicator,
    Observation,
    Partner,
    Programme,
    Region,
)
from .poster import poster_of

#: Of what belongs to the programmes of a record, so much is shown beside it.
MOST_OF_PROGRAMMES = 6


def public_values() -> Prefetch:
    """The values of key figures, with the source and the region that a visitor may see."""
    values = Observation.objects.public().select_related("source")
    return Prefetch("observations", values.prefetch_related(public_prefetch(Region, "region")))


def public_members():
    return CityMembership.objects.public().select_related(
        "place__region", "place__current_region", "source"
    )


def of_programmes(programmes, name: str):
    """Public records of a kind that belong to one of these programmes; ``name`` is the relation
    of a programme to them.
    """
    model, back = related_by(name)
    return model.objects.public().filter(**{f"{back}__in": programmes}).distinct()


def related_by(name: str) -> tuple[type, str]:
    """What a relation of a programme leads to, and the name of the way back."""
    relation = Programme._meta.get_field(name)
    if relation.auto_created:
        return relation.related_model, relation.remote_field.name
    return relation.related_model, relation.related_query_name()


def first_of(programmes, name: str, most: int, *prefetches) -> Rows:
    """The first of the public records of a kind that belong to one of these programmes.

    Those of each programme are known for each version, so that it costs as much among a million
    records as among a thousand.
    """
    model, back = related_by(name)
    orders = [Order.of(column) for column in model._meta.ordering]

    def read(missing):
        keys = [key for *_name, key in missing]
        number = Window(RowNumber(), partition_by=F(back), order_by=model._meta.ordering)
        rows = model.objects.public().filter(**{f"{back}__in": keys})
        rows = rows.annotate(in_order=number).filter(in_order__lte=most).order_by()
        found = {part: [] for part in missing}
        for programme, *row in rows.values_list(back, "pk", *(order.name for order in orders)):
            found[name, most, programme].append(tuple(row))
        return found

    known = COUNTS.get_all([(name, most, programme.pk) for programme in programmes], read)
    rows = in_order({row for found in known.values() for row in found}, orders)
    return Rows.public(model, [key for key, *_columns in rows[:most]], *prefetches)


class ProgrammeList(PageList):
    model = Programme
    filterset_class = ProgrammeFilter
    title = _("Programmes")
    intro = _("What UNICEF and its partners do for children in Kazakhstan, area by area.")

    def related(self):
        return public_prefetch(Region, "regions"), public_prefetch(Programme, "parent")

    def get_context_data(self, **kwargs):
        chosen = self.filterset.values("cycle")
        cycles = Cycle.objects.public().filter(slug__in=chosen) if chosen else ()
        return super().get_context_data(cycles=cycles, **kwargs)


class ProgrammeDetail(PageDetail):
    model = Programme

    def get_context_data(self, **kwargs):
        programme = self.object
        roles = programme.participations.filter(partner__in=Partner.objects.public())
        roles, trail = roles.select_related("partner"), programme.trail()
        related = {"cycles": programme.cycles.public(), "regions": programme.regions.public()}
        ties = related | {"above": trail, "partners": [role.partner for role in roles]}
        return super().get_context_data(
            trail=trail,
            children=programme.children.public(),
            participations=roles,
            concepts=programme.concepts.all(),
            figures=Rows.of(programme.indicators.public().prefetch_related(public_values())),
            milestones=Some(programme.milestones.public(), programme=programme.slug),
            stories=Some(programme.stories.public().with_pictures(), programme=programme.slug),
            resources=programme.resources.public(),
            members=public_members().filter(initiative=programme),
            similar=similar(programme, but=("above", "within"), **ties),
            **related,
            **kwargs,
        )


class PartnerList(PageList):
    model = Partner
    filterset_class = PartnerFilter
    title = _("Partners")
    intro = _("Who works with UNICEF for children in Kazakhstan, and in which role.")


class PartnerDetail(PageDetail):
    model = Partner

    def get_context_data(self, **kwargs):
        partner = self.object
        programmes = partner.programmes.public()
        roles = partner.participations.filter(programme__in=Programme.objects.public())
        roles = roles.select_related("programme")
        return super().get_context_data(
            participations=roles,
            regions=of_programmes(programmes, "regions"),
            figures=first_of(programmes, "indicators", MOST_OF_PROGRAMMES, public_values),
            similar=similar(partner, programmes=[role.programme for role in roles]),
            names=partner.names.all(),
            milestones=Some(partner.milestones.public(), partner=partner.slug),
            resources=partner.resources.public(),
            stories=Some(partner.stories.public().with_pictures(), partner=partner.slug),
            **kwargs,
        )


class RegionList(PageList):
    model = Region
    filterset_class = RegionListFilter
    paginate_by = 30
    title = _("Regions")
    intro = _("Where the work happens: the regions of Kazakhstan, as they are and as they were.")

    def get_context_data(self, **kwargs):
        """The map shows the units of the list that existed in the chosen year."""
        filters = self.filterset
        listed = set(filters.keys) if filters.chips else None
        return super().get_context_data(map=RegionMap(self.request.GET, listed), **kwargs)


class RegionDetail(PageDetail):
    """What happened in a region, under its former names too."""

    model = Region

    def related(self):
        return public_prefetch(Region, "carved_from"), public_prefetch(Region, "renamed_to")

    def get_context_data(self, **kwargs):
        region = self.object
        values = Indicator.objects.public().filter(observations__region__continues=region)
        places = Q(place__region__continues=region) | Q(place__current_region=region)
        return super().get_context_data(
            names=region.names.all(),
            position=on_map(region.latitude, region.longitude) if region.latitude else None,
            predecessors=region.predecessors.public(),
            carved_out=region.carved_out.public(),
            programmes=self.linked("programmes"),
            partners=of_programmes(self.linked("programmes"), "partners"),
            milestones=Some(self.linked("milestones"), region=region.iso),
            stories=Some(self.linked("stories").with_pictures(), region=region.iso),
            figures=Rows.of(values.distinct().prefetch_related(public_values())),
            members=public_members().filter(places).distinct(),
            similar=similar(region, programmes=region.programmes.public()),
            **kwargs,
        )

    def linked(self, name):
        model = Region._meta.get_field(name).related_model
        return model.objects.public().filter(regions__continues=self.object).distinct()


class FigureList(PageList):
    model = Indicator
    filterset_class = FigureFilter
    title = _("Key figures")
    intro = _("Numbers with their year, population and source, and with what they do not say.")

    def related(self):
        return public_values(), public_prefetch(Programme, "programme")


class FigureDetail(PageDetail):
    model = Indicator

    def related(self):
        return public_values(), public_prefetch(Programme, "programme")

    def get_context_data(self, **kwargs):
        figure = self.object
        alike = Indicator.objects.public().filter(programme=figure.programme_id)
        return super().get_context_data(
            stories=Some(figure.stories.public().with_pictures()),
            milestones=Rows.of(figure.programme.milestones.public()[:MOST_OF_PROGRAMMES])
            if figure.programme
            else (),
            partners=figure.programme.partners.public().distinct() if figure.programme else (),
            alike=Rows.of(
                alike.exclude(pk=figure.pk).prefetch_related(public_values())[:MOST_OF_PROGRAMMES]
            )
            if figure.programme
            else (),
            similar=() if figure.programme else self.from_the_same_sources()[:MOST],
            **kwargs,
        )

    def from_the_same_sources(self):
        values = Observation.objects.public()
        sources = values.filter(indicator=self.object).values("source")
        others = Indicator.objects.public().filter(
            observations__in=values.filter(source__in=sources)
        )
        return others.exclude(pk=self.object.pk).distinct()


class FigureChart(FigureDetail):
    """Its chart as a file, while its page is public; 404 where the figure has none."""

    def get(self, request, *args, **kwargs):
        """The old address of a chart leads to the new one, not to the page."""
        response = super().get(request, *args, **kwargs)
        if response.status_code == HttpResponsePermanentRedirect.status_code:
            return HttpResponsePermanentRedirect(f"{response.url}chart.svg")
        return response

    def get_context_data(self, **kwargs):
        return {"object": self.object, "chart": chart_of(self.object)}

    def render_to_response(self, context):
        chart = context["chart"]
        if chart is None:
            return render(self.request, "404.html", status=404)
        context["poster"] = poster_of(chart)
        response = render(self.request, "programmes/chart.svg", context, "image/svg+xml")
        if "download" in self.request.GET:
            name = f"{self.object.slug}-{get_language()}.svg"
            response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
