import re
import uuid
from math import ceil

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from . import rates
from .addresses import PAGES, PUBLIC, clean_query, tidy
from .content.security import note
from .heartbeat import DATABASE_LOST
from .logs import request_id
from .views import too_many, unavailable


class RequestId:
    """The name by which all log lines of one request are found, here and at the proxy."""

    HEADER = "X-Request-ID"
    #: What may be taken over from a proxy; a stranger must not write into our log.
    GIVEN = re.compile(r"[A-Za-z0-9-]{8,64}")
    EVENTS = {403: "permission_denied", 429: "throttled"}

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        given = settings.TRUSTED_PROXIES and request.headers.get(self.HEADER, "")
        is_usable = given and self.GIVEN.fullmatch(given)
        name = given if is_usable else uuid.uuid4().hex
        request_id.set(name)
        response = self.get_response(request)
        response[self.HEADER] = name
        if event := self.EVENTS.get(response.status_code):
            note(event, getattr(request, "user", None), view=self.view(request))
        return response

    def view(self, request) -> str | None:
        """Its name: an address may hold a key."""
        match = request.resolver_match
        return match and match.view_name


class DropNulBytes:
    """PostgreSQL cannot hold a NUL byte, so none can be part of what a visitor looks for."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        while "%00" in request.META.get("QUERY_STRING", ""):  # "%0%000" leaves another one
            request.META["QUERY_STRING"] = request.META["QUERY_STRING"].replace("%00", "")
        return self.get_response(request)


class LimitBody:
    """Nothing larger is read, whoever sends it; a body that hides its size is not read at all."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) <= settings.MOST_BYTES_OF_A_REQUEST:
            return self.get_response(request)
        text = _("This is more than the site takes at once. A file may have at most 20 MB.")
        response = HttpResponse(text, status=413, content_type="text/plain; charset=utf-8")
        response["Cache-Control"] = "no-store"
        return response


class LimitSearches:
    """Words and filters have so many combinations that most are answered anew, not from the page
    cache; so one address may ask only so often. It stands behind LocaleMiddleware, to be read.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        for rate in (settings.SEARCH_RATE, settings.API_RATE, settings.EXPORT_RATE):
            rates.limit(rate)  # a wrong one is told at the start

    def __call__(self, request):
        if not (request.META.get("QUERY_STRING") and request.path_info.startswith(PAGES)):
            return self.get_response(request)
        verdict = rates.take("search", request, settings.SEARCH_RATE)
        if verdict is None:
            return self.get_response(request)
        if verdict.wait:
            response = too_many(request, ceil(verdict.wait))
        else:
            response = self.get_response(request)
        for name, value in verdict.headers.items():
            response[name] = value
        return response


class PermissionsPolicy:
    """The site uses no sensor, camera or advertising interface of the browser."""

    HEADER = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response["Permissions-Policy"] = self.HEADER
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class PublicAddress:
    """Visitors' addresses answer everybody alike, so nothing else of a request gets further."""

    PERSONAL = ("HTTP_COOKIE", "HTTP_AUTHORIZATION")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.META.get(DATABASE_LOST):
            return unavailable(request)
        if request.path_info.startswith(PUBLIC) and request.method in ("GET", "HEAD"):
            query = request.META.get("QUERY_STRING", "")
            if address := tidy(request.path_info, query):
                return HttpResponseRedirect(address)
            request.META["QUERY_STRING"] = clean_query(query)
            for name in self.PERSONAL:
                request.META.pop(name, None)
        return self.get_response(request)
