from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .languages import CODES
from .models import Citation
from .translating import TranslationState
from .worklists import may


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
        missing = [*languages, ("summary", _("Summary")), ("source", _("Source"))]
        proof = [("proof", _("A public source, so it is hidden"))]
        return missing + proof if model_admin.model.needs_citation else missing

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
        if wanted == "proof":
            return queryset.unproven()
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


class Mine(admin.SimpleListFilter):
    """What this person wrote and has not handed on."""

    title = _("what is mine")
    parameter_name = "mine"

    def lookups(self, request, model_admin):
        return [("draft", _("My drafts")), ("returned", _("Returned to me"))]

    def queryset(self, request, queryset):
        match self.value():
            case "draft":
                return queryset.drafts_of(request.user)
            case "returned":
                return queryset.returned_to(request.user)


class Waiting(admin.SimpleListFilter):
    """What waits for this person's decision."""

    title = _("what waits for me")
    parameter_name = "waiting"

    def lookups(self, request, model_admin):
        found = []
        if may(request.user, "publish", model_admin.model):
            found.append(("review", _("For my review")))
        if model_admin.model.keeps_consents and may(request.user, "approve", model_admin.model):
            found.append(("approval", _("For my approval")))
        return found

    def queryset(self, request, queryset):
        match self.value():
            case "review":
                return queryset.waiting_for(request.user)
            case "approval":
                return queryset.waiting_for_approval_by(request.user)


class ProposalFor(admin.SimpleListFilter):
    title = _("what waits for me")
    parameter_name = "mine"

    def lookups(self, request, model_admin):
        return [("decide", _("For my decision")), ("returned", _("Returned to me"))]

    def queryset(self, request, queryset):
        match self.value():
            case "decide":
                return queryset.to_decide_by(request.user)
            case "returned":
                return queryset.returned_to(request.user)
