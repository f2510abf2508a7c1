"""The kinds of file that the commands exchange, by name. The admin finds its own by model."""

from django.apps import apps

from programmes.models import Cycle, Indicator, Partner, Place, Programme, Region, Resource
from stories.models import Story
from timeline.models import Milestone
from unicef_kz.content.exchange.cells import Codes
from unicef_kz.content.exchange.sheets import Parts, Records, Sheet
from unicef_kz.content.models import Source, StandingPage
from unicef_kz.content.publishing import Page

RECORDS = {
    "sources": Source,
    "regions": Region,
    "places": Place,
    "cycles": Cycle,
    "partners": Partner,
    "programmes": Programme,
    "indicators": Indicator,
    "milestones": Milestone,
    "stories": Story,
    "resources": Resource,
    "pages": StandingPage,
}
#: kind → (the model of the records they hang on, the relation)
PARTS = {
    "observations": (Indicator, "observations"),
    "participations": (Programme, "participations"),
    "partner_names": (Partner, "names"),
    "region_names": (Region, "names"),
}
KINDS = (*RECORDS, *PARTS, "citations")


def sheet_of(kind: str, *, public=False) -> Sheet:
    codes = Codes(public=public)
    if kind in RECORDS:
        return Records(RECORDS[kind], codes)
    if kind in PARTS:
        model, part = PARTS[kind]
        return Parts([model], part, codes)
    pages = (model for model in apps.get_models() if issubclass(model, Page))
    return Parts([model for model in pages if "citations" in model.parts], "citations", codes)


def records_of(sheet: Sheet, *, public=False) -> list:
    """Of each kind of record in the sheet, a queryset."""
    found = [model._default_manager.all() for model in sheet.owners]
    return [rows.public() if public and hasattr(rows, "public") else rows for rows in found]
