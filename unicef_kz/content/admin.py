from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy
from modeltranslation.admin import TranslationAdmin

from .admin_filters import Link, ProposalFor
from .exchange.admin import CitationExchange
from .languages import CODES
from .models import (
    AuditEntry,
    Citation,
    Concept,
    Correction,
    FormerSlug,
    Photo,
    Proposal,
    Receipt,
    Reminder,
    ReviewLink,
    Source,
    StandingPage,
    Translation,
)
from .notices import record_path
from .page_admin import PageAdmin
from .photo_admin import PhotoSteps
from .staff_pages import StaffPages
from .translation_admin import board_view


@admin.register(Source)
class SourceAdmin(PageAdmin):
    list_display = ["title", "kind", "reliability", "link"]
    list_filter = ["kind", "reliability", "language", Link]
    readonly_fields = ["link_checked_at", "link_answer"]
    body = [
        (
            _("The document"),
            {
                "fields": [
                    ("kind", "publisher", "language"),
                    "url",
                    ("link_checked_at", "link_answer"),
                    ("published", "accessed_on"),
                    "date_note",
                    ("reliability", "licence"),
                    "archived",
                ]
            },
        )
    ]

    def get_inlines(self, request, obj):
        return []

    @admin.display(
        description=pgettext_lazy("web address", "link"),
        ordering=F("link_failed_since").asc(nulls_last=True),
    )
    def link(self, source):
        return source.link_in_words()

    @admin.display(description=_("answer"))
    def link_answer(self, source):
        words = source.link_in_words()
        if source.link_checked_at is None:
            return words
        answer = source.link_status or pgettext("link", "no answer")
        return f"{words} ({answer}). {source.link_advice()}".strip()


@admin.register(StandingPage)
class StandingPageAdmin(PageAdmin):
    body = [(_("Text"), {"fields": ["body"]})]


@admin.register(Concept)
class ConceptAdmin(TranslationAdmin):
    list_display = ["scheme", "code", "title"]
    list_filter = ["scheme"]
    search_fields = ["code", *(f"title_{code}" for code in CODES)]


class ReadOnly:
    """For what the system writes itself."""

    def has_add_permission(self, request, obj=None):
        return False

    has_change_permission = has_delete_permission = has_add_permission


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["at", "action", "label", "status_before", "status_after", "actor", "comment"]
    list_filter = ["action", "content_type"]
    search_fields = ["label", "comment"]
    list_select_related = ["actor"]
    date_hierarchy = "at"


@admin.register(Proposal)
class ProposalAdmin(ReadOnly, admin.ModelAdmin):
    """A way to each proposal; it is read and decided on a page of its record."""

    list_display = ["link", "author", "state", "updated_at"]
    list_display_links = None
    list_filter = [ProposalFor, "state", "content_type"]
    list_select_related = ["author", "content_type"]
    search_fields = ["label", "comment"]
    fields = ["label", "author", "state", "comment", "is_correction", "decision", "updated_at"]

    @admin.display(description=_("record"), ordering="label")
    def link(self, proposal):
        path = record_path(proposal.content_type.model_class(), proposal.object_id, "proposal")
        return format_html('<a href="{}">{}</a>', path, proposal)


@admin.register(Reminder)
class ReminderAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["record", "on"]


@admin.register(Receipt)
class ReceiptAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["label", "content_type", "at", "actor", "erased_at"]
    list_filter = ["content_type"]
    list_select_related = ["actor", "content_type"]
    search_fields = ["label"]
    date_hierarchy = "at"
    change_form_template = "admin/receipt.html"


@admin.register(FormerSlug)
class FormerSlugAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["slug", "content_type", "record"]


@admin.register(Translation)
class TranslationStateAdmin(ReadOnly, StaffPages, admin.ModelAdmin):
    """The list is the board: what has no translation yet has no row here, and belongs on it."""

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        return board_view(request, self)


class PartAdmin(ReadOnly, admin.ModelAdmin):
    """Looked through here, edited on the record it belongs to."""

    list_display = ["__str__", "record"]


@admin.register(Citation)
class CitationAdmin(CitationExchange, PartAdmin):
    pass


@admin.register(Photo)
class PhotoAdmin(PhotoSteps, PartAdmin):
    list_display = ["__str__", "record", "identifiable", "obscured", "masking_confirmed_at"]
    list_filter = ["identifiable", "obscured", "origin"]


@admin.register(ReviewLink)
class ReviewLinkAdmin(ReadOnly, admin.ModelAdmin):
    """Made and taken back on the page of the record."""

    list_display = ["reader", "record", "created_by", "expires_at", "revoked_at"]


@admin.register(Correction)
class CorrectionAdmin(TranslationAdmin):
    """Each stands in public with its record; here its reason is translated."""

    list_display = ["label", "at"]
    fields = ["reason"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
