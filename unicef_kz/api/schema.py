"""The published description of the API: OpenAPI 3.1, made from serializers and filters."""

from functools import cache

from django.utils.translation import override
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from drf_spectacular.utils import inline_serializer as inline
from rest_framework import serializers

from unicef_kz.content.filters import CONTRACT
from unicef_kz.content.languages import CODES
from unicef_kz.kinds import MEDIA_TYPES

from .fields import BY_LANGUAGE
from .reading import MOST_ON_A_PAGE

FILTERS = {
    "q": "Words that all have to be there, in any form and language: in title, summary, text, "
    'other names or codes. "Words in quotes" stand together; -word leaves a word out.',
    "programme": "Slug of a programme; it stands for its parts too.",
    "cycle": "Slug of a programme cycle.",
    "region": "ISO 3166-2 code, such as KZ-43; one that was renamed matches its former name too.",
    "partner": "Slug of a partner.",
    "kind": "Code of the kind of record.",
    "from": "First day: YYYY, YYYY-MM or YYYY-MM-DD.",
    "to": "Last day, in the same form.",
    "sdg": "Number of a Sustainable Development Goal.",
    "status": "IATI activity status, 1 to 6.",
    "sort": "Order of the records.",
    "page": "Number of a page, as on the site. A cursor is better for reading all of them.",
}
SEVERAL = {"programme", "cycle", "region", "partner", "kind", "sdg", "status"}
ERRORS = {
    "type": "object",
    "description": "Parameter → what is wrong with it. With an error there are no results.",
    "additionalProperties": {"type": "array", "items": {"type": "string"}},
}
WRONG = OpenApiResponse(
    {"type": "object", "properties": {"errors": ERRORS}, "required": ["errors"]},
    description="A value of `lang` or `format` is not known.",
)
LIST = """The records that match the filters, in the order of the page on the site.

Repeat a parameter for any of several values. A parameter that means nothing for this kind, or an
invalid value, gives status 200, no results and `errors` (in files: the header `X-Errors`).
Files hold all records, JSON one page of them; follow `next`."""
RECORD = """One record. A former slug redirects; a record that was withdrawn answers 410.

In a file it is one row; a key figure has one row for each of its values."""


def detail(description: str) -> OpenApiResponse:
    shape = {"type": "object", "properties": {"detail": {"type": "string"}}, "required": ["detail"]}
    return OpenApiResponse(shape, description=description)


def parameter(name, description, **values) -> OpenApiParameter:
    return OpenApiParameter(name, description=description, **values)


SHARED = [
    parameter("lang", "Only this language, and its alphabet for sorting.", enum=CODES),
    parameter("format", "Also chosen by the header Accept.", enum=list(MEDIA_TYPES)),
    parameter("bom", "0: a CSV without the mark that Excel needs.", enum=["0", "1"]),
]
PAGING = [
    parameter("cursor", "As `next` and `previous` give it."),
    parameter("page_size", f"1 to {MOST_ON_A_PAGE}; by default as many as on a page.", type=int),
]


class RecordSchema(AutoSchema):
    def _is_list_view(self, serializer=None):
        return False  # lists say themselves what stands around their rows

    @property
    def is_list(self) -> bool:
        return self.view.action == "list"

    def get_operation_id(self):
        return f"{self.view.kind.name}_{self.view.action}"

    def get_tags(self):
        return [self.view.kind.name]

    def get_auth(self):
        return []

    def get_summary(self):
        title = str(self.view.kind.list_view.title)
        return title if self.is_list else f"{title}: one record"

    def get_description(self):
        return LIST if self.is_list else RECORD

    def get_override_parameters(self):
        return [*self._filters(), *PAGING, *SHARED] if self.is_list else SHARED

    def _filters(self):
        filterset = self.view.kind.filterset_class
        for name in CONTRACT:
            field = filterset.base_filters.get(name) or filterset.get_filters().get(name)
            applies = field is not None or name == "page"
            choices = field.extra.get("choices") if field is not None else None
            yield parameter(
                name,
                FILTERS[name] if applies else "Means nothing here: no results.",
                many=name in SEVERAL,
                enum=[code for code, _label in choices] if choices else None,
            )

    def get_response_serializers(self):
        row = self.view.serializer_class
        body = self._page_of(row) if self.is_list else row
        found = {
            (200, "application/json"): body,
            (200, "text/csv"): OpenApiTypes.STR,
            (200, MEDIA_TYPES["xlsx"]): OpenApiTypes.BINARY,
            304: OpenApiResponse(description="Not changed since the ETag in If-None-Match."),
            (429, "application/json"): detail("Too often; wait for `Retry-After` seconds."),
        }
        if self.is_list:
            return found
        return found | {
            301: OpenApiResponse(description="The record has another slug now."),
            (400, "application/json"): WRONG,
            (404, "application/json"): detail("There is no such record."),
            (410, "application/json"): detail("It was withdrawn: please delete your copy."),
        }

    def _page_of(self, row):
        fields = {
            "count": serializers.IntegerField(help_text="Of all that match."),
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "errors": Errors(),
            "results": row(many=True),
        }
        return inline(f"{row.__name__.removesuffix('Serializer')}Page", fields)

    def get_examples(self):
        if not self.is_list:
            return []
        wrong = {"count": 0, "next": None, "previous": None, "results": []}
        wrong["errors"] = {"from": ["Write a date as 2016, 2016-10 or 2016-10-25."]}
        return [
            OpenApiExample(
                "A wrong value", wrong, media_type="application/json", status_codes=["200"]
            )
        ]


class Errors(serializers.Field):
    pass


class ErrorsExtension(OpenApiSerializerFieldExtension):
    target_class = Errors

    def map_serializer_field(self, auto_schema, direction):
        return ERRORS


class ChoiceExtension(OpenApiSerializerFieldExtension):
    target_class = "unicef_kz.api.fields.Choice"

    def map_serializer_field(self, auto_schema, direction):
        codes = [code for code in self.target.labels if code != ""]
        return {
            "type": ["object", "null"],
            "properties": {"code": {"enum": codes}, "name": BY_LANGUAGE},
            "required": ["code", "name"],
        }


class ReferenceExtension(OpenApiSerializerFieldExtension):
    target_class = "unicef_kz.api.fields.Reference"

    def map_serializer_field(self, auto_schema, direction):
        codes = {name: {"type": "string"} for name in self.target.codes}
        return {
            "type": ["object", "null"] if self.target.allow_null else "object",
            "properties": codes | {"name": BY_LANGUAGE},
            "required": [*codes, "name"],
        }


@cache
def published_schema() -> dict:
    with override("en"):
        return SchemaGenerator().get_schema(public=True)
