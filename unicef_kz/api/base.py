"""What every address of the API has in common: who may read it, how often, and in which form."""

from functools import wraps

from django.conf import settings
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import override
from rest_framework import status
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import APIView

from unicef_kz import freshness
from unicef_kz.content.languages import CODES
from unicef_kz.kinds import MEDIA_TYPES

from .tables import as_csv
from .throttling import FileRate, PageRate, Throttle

READABLE = "ETag, Content-Disposition, Retry-After, X-Errors, " + ", ".join(
    f"RateLimit-{name}" for name in ("Limit", "Remaining", "Reset")
)


class OnlyJSON(BaseContentNegotiation):
    """For answers that are no file. Nobody is refused: who takes nothing else gets JSON too."""

    def select_parser(self, request, parsers):
        return None

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type


class Open(APIView):
    """Any page on the web may read it; it sets and reads no cookie."""

    authentication_classes = permission_classes = parser_classes = ()
    renderer_classes = (JSONRenderer,)
    content_negotiation_class = OnlyJSON
    http_method_names = ("get", "head", "options")

    def get_throttles(self):
        """A browser that asks whether it may ask is not counted."""
        self.throttles = [] if self.request.method == "OPTIONS" else [self.rate()]
        return self.throttles

    @property
    def rate(self) -> type[Throttle]:
        return PageRate if self.file_format == "json" else FileRate

    @property
    def file_format(self) -> str:
        """By ``format``, else by what the reader accepts."""
        if asked := self.request.GET.get("format"):
            return asked if asked in MEDIA_TYPES else "json"
        accepted = self.request.headers.get("Accept", "").partition(",")[0].partition(";")[0]
        return next((name for name, kind in MEDIA_TYPES.items() if kind == accepted), "json")

    def dispatch(self, request, *args, **kwargs):
        """In the language asked for, whatever the browser prefers."""
        with override(self.order_language(request)):
            return super().dispatch(request, *args, **kwargs)

    def order_language(self, request) -> str:
        code = request.GET.get("lang")
        return code if code in CODES else settings.LANGUAGE_CODE

    def as_csv(self, header, rows) -> StreamingHttpResponse:
        """Sent while it is read."""
        lines = as_csv(header, rows, bom=self.request.GET.get("bom") != "0")
        lines = in_language(lines, self.order_language(self.request))
        return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")

    def named(self, response, name: str, form: str):
        name = f"unicef-kazakhstan-{name}-{timezone.localdate()}.{form}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    def options(self, request, *args, **kwargs):
        response = Response(status=status.HTTP_204_NO_CONTENT)
        response["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        response["Access-Control-Allow-Headers"] = "Accept, If-None-Match"
        response["Access-Control-Max-Age"] = "86400"
        return response

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = READABLE
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        response["Vary"] = "Accept"
        response.setdefault("Cache-Control", "no-cache")
        for throttle in getattr(self, "throttles", ()):
            for name, value in throttle.headers().items():
                response[name] = value
        return response


def unless_known(answer):
    """304 while neither the record nor what is public of it has changed."""

    @wraps(answer)
    def conditional(view, request, *args, **kwargs):
        asked = f"{request.get_full_path()} {request.headers.get('Accept')}"
        etag = f'W/"{freshness.state()}-{freshness.digest(asked)}"'
        response = get_conditional_response(request, etag=etag)
        if response is None:
            response = answer(view, request, *args, **kwargs)
        if response.status_code in (200, 304):
            response["ETag"] = etag
        return response

    return conditional


def in_language(lines, code):
    """Lines are made after the view has returned, and another request may have come since."""
    lines = iter(lines)
    while True:
        with override(code):
            line = next(lines, None)
        if line is None:
            return
        yield line
