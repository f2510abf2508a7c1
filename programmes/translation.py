from modeltranslation.translator import TranslationOptions, register

from unicef_kz.content.translation import PAGE_FIELDS

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


@register((Cycle, Partner))
class PageTranslation(TranslationOptions):
    fields = PAGE_FIELDS


@register((RegionName, PartnerName))
class NameTranslation(TranslationOptions):
    fields = ("name",)


@register(Place)
class PlaceTranslation(TranslationOptions):
    fields = ("title",)


@register(CityMembership)
class CityMembershipTranslation(TranslationOptions):
    fields = ("note",)


@register(Region)
class RegionTranslation(TranslationOptions):
    fields = (*PAGE_FIELDS, "capital")


@register(Programme)
class ProgrammeTranslation(TranslationOptions):
    fields = (*PAGE_FIELDS, "challenge", "approach", "results", "date_note")


@register(Participation)
class ParticipationTranslation(TranslationOptions):
    fields = ("name_at_time",)


@register(Resource)
class ResourceTranslation(TranslationOptions):
    fields = (*PAGE_FIELDS, "date_note")


@register(Indicator)
class IndicatorTranslation(TranslationOptions):
    fields = (*PAGE_FIELDS, "unit", "population", "limits")


@register(Observation)
class ObservationTranslation(TranslationOptions):
    fields = ("text", "period_note", "caveat")
