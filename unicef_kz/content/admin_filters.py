from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .languages import CODES
from .models import Citation
from .translating import TranslationState


class TranslationFilter(admin.SimpleListFilter):
    """In which state a translation is."""

    title = _("translation")
    parameter_name = "translation"

    def lookups(self, request, model_admin):
        states = [s for s in TranslationState if s != TranslationState.SOURCE]
        return [(f"{c}:{s.value}", f"{c.upper()}: {s.label}") for c in CODES for s in states]

    def queryset(self, request, queryset):
        language, _colon, state = (self.value() or "").partition(":")
        return queryset.in_translation_state(language, state) if state else queryset


class Completeness(admin.SimpleListFilter):
    """What is still missing: a translation, a summary, a source."""

    title = _("what is missing")
    parameter_name = "missing"

    def lookups(self, request, model_admin):
        languages = [(code, _("Text in %s") % code.upper()) for code in CODES]
        return [*languages, ("summary", _("Summary")), ("source", _("Source"))]

    def queryset(self, request, queryset):
        wanted = self.value()
        if wanted in CODES:
            return queryset.filter(Q(**{f"title_{wanted}": None}) | Q(**{f"title_{wanted}": ""}))
        if wanted == "summary":
            empty = Q()
            for code in CODES:
                empty &= Q(**{f"summary_{code}": None}) | Q(**{f"summary_{code}": ""})
            return queryset.filter(empty)
        if wanted == "source":
            kind = ContentType.objects.get_for_model(queryset.model)
            cited = Citation.objects.filter(content_type=kind, object_id=OuterRef("pk"))
            return queryset.exclude(Exists(cited))
        return queryset


class Link(admin.SimpleListFilter):
    """What the checks of web addresses found."""

    title = pgettext_lazy("web address", "link")
    parameter_name = "link"

    def lookups(self, request, model_admin):
        return [("dead", _("Dead links")), ("unchecked", _("Not checked yet"))]

    def queryset(self, request, queryset):
        if self.value() == "dead":
            return queryset.with_dead_links()
        if self.value() == "unchecked":
            return queryset.with_links().filter(link_checked_at=None)
        return queryset
