from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from unicef_kz.content.page_admin import PageAdmin

from .models import Milestone


@admin.register(Milestone)
class MilestoneAdmin(PageAdmin):
    list_display = ["title", "date", "kind", "significance"]
    list_filter = ["kind", "significance"]
    autocomplete_fields = ["programmes", "partners", "regions", "places"]
    body = [
        (
            _("What and when"),
            {"fields": [("date", "kind", "significance"), "date_note", "body"]},
        ),
        (_("Who and where"), {"fields": [("programmes", "partners"), ("regions", "places")]}),
    ]
