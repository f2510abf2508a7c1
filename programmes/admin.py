from django.contrib import admin
from django.db import models
from django.forms import Textarea
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import (
    TranslationAdmin,
    TranslationStackedInline,
    TranslationTabularInline,
)

from unicef_kz.content.exchange.admin import Exchange
from unicef_kz.content.inlines import SideBySideInline
from unicef_kz.content.languages import CODES
from unicef_kz.content.page_admin import PageAdmin

from .models import (
    CityMembership,
    Cycle,
    Indicator,
    Observation,
    Participation,
    Partner,
    PartnerName,
    Place,
    Programme,
    Region,
    RegionName,
    Resource,
)


class RegionNameInline(TranslationTabularInline):
    model = RegionName
    extra = 0


class PartnerNameInline(TranslationTabularInline):
    model = PartnerName
    extra = 0


class ParticipationInline(admin.TabularInline):
    model = Participation
    extra = 0
    autocomplete_fields = ["partner"]


class ObservationInline(SideBySideInline, TranslationStackedInline):
    model = Observation
    extra = 0
    autocomplete_fields = ["source", "region"]
    formfield_overrides = {models.TextField: {"widget": Textarea(attrs={"rows": 2})}}
    fields = [
        ("kind", "quality"),
        ("qualifier", "value", "value_max"),
        "text",
        ("date", "region"),
        "period_note",
        ("source", "locator"),
        "caveat",
    ]


@admin.register(Region)
class RegionAdmin(PageAdmin):
    list_display = ["title", "iso", "kind"]
    list_filter = ["kind"]
    autocomplete_fields = ["carved_from", "renamed_to"]
    parts = [RegionNameInline]
    body = [
        (
            _("The unit"),
            {
                "fields": [
                    ("kind", "iso", "iso_old", "kato"),
                    "capital",
                    ("valid_from", "valid_to"),
                    ("carved_from", "renamed_to"),
                    ("latitude", "longitude"),
                ]
            },
        )
    ]


@admin.register(Place)
class PlaceAdmin(Exchange, TranslationAdmin):
    list_display = ["title", "kind", "region", "current_region"]
    list_filter = ["kind", "region"]
    list_select_related = ["region", "current_region"]
    search_fields = ["slug", *(f"title_{code}" for code in CODES)]
    autocomplete_fields = ["region", "current_region", "parent"]


@admin.register(Cycle)
class CycleAdmin(PageAdmin):
    list_display = ["title", "framework", "start", "end"]
    list_filter = ["framework"]
    body = [(_("Period"), {"fields": [("framework", "start", "end", "signed")]})]


@admin.register(Partner)
class PartnerAdmin(PageAdmin):
    list_display = ["title", "acronym", "kind"]
    list_filter = ["kind"]
    parts = [PartnerNameInline]
    body = [(_("The organisation"), {"fields": [("kind", "acronym"), "url"]})]


@admin.register(Programme)
class ProgrammeAdmin(PageAdmin):
    list_display = ["title", "kind", "parent"]
    list_filter = ["kind", "activity_status", "cycles"]
    autocomplete_fields = ["parent", "cycles", "regions", "places", "concepts"]
    parts = [ParticipationInline]
    body = [
        (
            _("What and when"),
            {
                "fields": [
                    ("kind", "parent", "position"),
                    ("activity_status", "status_date", "cycles"),
                    ("start", "end", "planned_start", "planned_end"),
                    "date_note",
                ]
            },
        ),
        (_("The article"), {"fields": ["challenge", "approach", "results"]}),
        (_("Where"), {"fields": [("regions", "places")]}),
        (_("Classification"), {"fields": [("concepts", "iati_identifier")]}),
    ]

    def get_list_select_related(self, request):
        return ["changed_by", "parent"]


@admin.register(Indicator)
class IndicatorAdmin(PageAdmin):
    list_display = ["title", "unit", "programme", "featured"]
    list_filter = ["measure", "sensitive"]
    autocomplete_fields = ["programme"]
    parts = [ObservationInline]
    body = [
        (
            _("What is measured"),
            {
                "fields": [
                    ("measure", "direction"),
                    ("sensitive", "broken_down_by"),
                    "unit",
                    "population",
                    "limits",
                    ("programme", "reference", "featured"),
                ]
            },
        )
    ]

    def get_list_select_related(self, request):
        return ["changed_by", "programme"]


@admin.register(Resource)
class ResourceAdmin(PageAdmin):
    list_display = ["title", "kind", "date"]
    list_filter = ["kind"]
    autocomplete_fields = ["programmes", "partners"]
    body = [
        (
            _("The resource"),
            {"fields": [("kind", "date"), "date_note", "url", ("programmes", "partners")]},
        )
    ]


@admin.register(CityMembership)
class CityMembershipAdmin(TranslationAdmin):
    list_display = ["place", "joined", "recognised_from", "recognised_until"]
    list_select_related = ["place"]
    search_fields = [f"place__title_{code}" for code in CODES]
    autocomplete_fields = ["place", "initiative", "source"]
