from django.conf import settings
from django.db.models import Count, Max
from django.http import FileResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from unicef_kz import freshness
from unicef_kz.api.base import Open, unless_known
from unicef_kz.api.throttling import FileRate
from unicef_kz.content.languages import shown
from unicef_kz.content.models import StandingPage
from unicef_kz.content.schedule import CHANGED_AT
from unicef_kz.content.views import page_context, page_prefetch
from unicef_kz.kinds import KINDS

from .archive import Busy, archive
from .datasets import LISTED, PARTS, dictionary, rows, tables
from .package import descriptor


def data_page(request):
    """How the data may be used, and every table of it. It stands without the text of the staff."""
    pages = StandingPage.objects.public().filter(slug="data").with_pictures()
    page = pages.prefetch_related(*page_prefetch()).first()
    context = page_context(page) if page else {}
    found = {name: table for name, _title, _intro, table in tables()}
    context |= {
        "object": page,
        "title": shown(page, "title")[0] if page else gettext("Using the data"),
        "datasets": [dataset(kind, found[kind.name]) for kind in KINDS.values()],
        "others": [
            {
                "name": other.name,
                "title": other.title,
                "intro": other.intro,
                "address": reverse("table", args=[other.name]),
                "fields": dictionary(found[other.name]),
            }
            for other in (*LISTED.values(), *PARTS.values())
        ],
        "licence": settings.LICENCE,
        "changed": freshness.last_change(),
        "archive": reverse("archive"),
        "datapackage": reverse("datapackage"),
        "schema": reverse("api:schema"),
    }
    return render(request, "data/page.html", context)


def dataset(kind, table) -> dict:
    public = kind.model.objects.public().order_by()
    return {
        "name": kind.name,
        "title": kind.list_view.title,
        "intro": kind.list_view.intro,
        "list": kind.list_address,
        "fields": dictionary(table),
        **public.aggregate(rows=Count("pk"), changed=Max(CHANGED_AT)),
    }


class DataPackage(Open):
    schema = None

    @unless_known
    def get(self, request):
        return Response(descriptor())


class TableFile(Open):
    """One table of the package."""

    schema = None
    rate = FileRate

    @unless_known
    def get(self, request, name):
        found = {name: table for name, _title, _intro, table in tables()}
        if name not in found:
            raise NotFound(gettext("There is nothing at this address."))
        table = found[name]
        return self.named(self.as_csv(table.header, map(table.cells, rows(name))), name, "csv")


class Archive(Open):
    schema = None
    rate = FileRate

    @unless_known
    def get(self, request):
        try:
            file = archive()
        except Busy:
            text = gettext("The file is being made. Please ask again in a few seconds.")
            return Response({"detail": text}, 503, headers={"Retry-After": "5"})
        name = f"unicef-kazakhstan-{timezone.localdate()}.zip"
        return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
