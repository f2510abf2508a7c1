"""The read-only API: lists and records of every kind, as JSON, CSV and XLSX."""

import json

from django.conf import settings
from django.http import FileResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from unicef_kz.content.languages import CODES
from unicef_kz.content.models import FormerSlug
from unicef_kz.kinds import KINDS, MEDIA_TYPES, Kind

from .base import Open, unless_known
from .parts import FILE_OF_ONE
from .reading import Selection, documents
from .schema import RecordSchema, published_schema
from .serializers import SERIALIZERS
from .tables import Table, as_workbook


class Records(Open, ViewSet):
    """One kind of record."""

    kind: Kind
    serializer_class = None
    schema = RecordSchema()

    def languages(self) -> list[str]:
        code = self.request.GET.get("lang")
        return [code] if code in CODES else CODES

    def format_errors(self) -> dict:
        known = {"lang": CODES, "format": MEDIA_TYPES}
        return {
            name: [gettext("Choose one of: %s.") % ", ".join(values)]
            for name, values in known.items()
            if self.request.GET.get(name) and self.request.GET[name] not in values
        }

    @unless_known
    def list(self, request):
        languages, errors = self.languages(), self.format_errors()
        selection = Selection(self.kind, request, languages, errors)
        if self.file_format == "json":
            return Response(selection.page())
        response = self.file(selection.documents(selection.keys), languages)
        if selection.errors:
            response["X-Errors"] = json.dumps(selection.errors)
        return response

    @unless_known
    def retrieve(self, request, slug):
        languages, errors = self.languages(), self.format_errors()
        if errors:
            return Response({"errors": errors}, status=status.HTTP_400_BAD_REQUEST)
        found = self.kind.model.objects.public().filter(slug=slug)
        found = list(documents(found, self.serializer_class, languages=languages))
        if not found:
            return self.not_there(slug)
        if self.file_format == "json":
            return Response(found[0])
        if part := FILE_OF_ONE.get(self.kind.name):
            return self.file(part.rows(self.kind.name, found[0]), languages, part.serializer)
        return self.file(found, languages)

    def not_there(self, slug):
        if self.kind.model.objects.gone().filter(slug=slug).exists():
            text = gettext("This record was withdrawn. Please delete your copy.")
            return Response({"detail": text}, status=status.HTTP_410_GONE)
        target = FormerSlug.target(self.kind.model, slug)
        if target is None:
            raise NotFound(gettext("There is no such record."))
        address = self.kind.record_address(target.slug)
        query = self.request.META.get("QUERY_STRING")
        return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)

    def file(self, rows, languages, serializer=None):
        """All rows of the selection. A CSV is sent while it is read."""
        table, form = Table(serializer or self.serializer_class, languages), self.file_format
        cells = (table.cells(document) for document in rows)
        if form == "csv":
            response = self.as_csv(table.header, cells)
        else:
            book = as_workbook(table.header, cells, self.kind.name)
            response = FileResponse(book, content_type=MEDIA_TYPES[form])
        name = slugify(self.kwargs.get("slug", ""))[:60] or self.kind.name
        language = languages[0] if len(languages) == 1 else "all"
        return self.named(response, f"{name}-{language}", form)


#: name → the view set of each kind; classes of their own, so that the schema names them.
VIEWS = {
    name: type(name, (Records,), {"kind": kind, "serializer_class": SERIALIZERS[name]})
    for name, kind in KINDS.items()
}


class Index(Open):
    """What there is."""

    schema = None

    def get(self, request):
        addresses = {name: kind.data_address for name, kind in KINDS.items()}
        addresses |= {"schema": reverse("api:schema"), "datapackage": reverse("datapackage")}
        return Response({name: settings.SITE_URL + path for name, path in addresses.items()})


class Schema(Open):
    """OpenAPI as YAML, or as JSON for whoever asks for it."""

    schema = None

    def get_renderers(self):
        is_json = self.request.GET.get("format") == "json" or self.accepts_json
        return [OpenApiJsonRenderer() if is_json else OpenApiYamlRenderer()]

    @property
    def accepts_json(self) -> bool:
        return "json" in self.request.headers.get("Accept", "")

    @unless_known
    def get(self, request):
        return Response(published_schema())


class Nowhere(Open):
    schema = None

    def get(self, request, path):
        raise NotFound(gettext("There is nothing at this address."))
