import sys

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models import Count, F
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from programmes.layers import programmes
from programmes.maps import RegionMap
from programmes.models import Cycle, Indicator, Programme
from programmes.views import public_values
from stories.models import Story
from timeline.models import Milestone
from unicef_kz.content.facets import CONTRACT, page_links
from unicef_kz.content.filters import LONGEST_QUERY
from unicef_kz.content.languages import shown
from unicef_kz.content.models import StaffSettings, StandingPage
from unicef_kz.content.publishing import pictures
from unicef_kz.content.rows import Rows, few
from unicef_kz.content.storage import is_full
from unicef_kz.content.templatetags.record import kind_label

from . import freshness, health
from .accounts.language import set_language_cookie
from .search import Search, suggestions


def home(request):
    page = StandingPage.objects.public().filter(slug="home").first()
    areas = Programme.objects.public().filter(kind=Programme.Kind.AREA)
    cycle = Cycle.objects.public().filter(programmes__in=areas).order_by("-earliest").first()
    newest = F("latest").desc(nulls_last=True), "slug"
    stories = few("newest", Story, lambda: Story.objects.public().order_by(*newest)[:2])
    figures = Indicator.objects.public().filter(featured__isnull=False).order_by("featured", "slug")
    return render(
        request,
        "home.html",
        {
            "page": page,
            "cycle": cycle,
            "areas": areas.filter(cycles=cycle).annotate(parts=Count("within", distinct=True)),
            "map": RegionMap({}, layers=programmes),
            "figures": Rows.of(figures.prefetch_related(public_values())[:6]),
            "decades": Milestone.objects.public().exclude(earliest=None).decades(),
            "stories": Rows.public(Story, stories, pictures),
            "latest": freshness.latest_changes(),
            "changed": freshness.last_change(),
        },
    )


def search_page(request):
    search = Search(request.GET)
    page, filters = search.page(request.GET.get("page", "1")[:9]), search.filters
    context = page_links(filters, page) | {
        "changed": freshness.last_change(),
        "search": search,
        "q": search.text,
        "filters": filters,
        "page_obj": page,
        "better_query": filters.query(q=search.better, page=""),
        "all_kinds": filters.query(kind=""),
        "words_only": filters.query(**dict.fromkeys(CONTRACT[1:], "")),
    }
    return render(request, "search.html", context)


def suggest(request):
    """Titles for a text that is still being typed; as short-lived as what may be seen."""
    found = suggestions(request.GET.get("q", "")[:LONGEST_QUERY])
    rows = [
        {
            "title": (title := shown(record, "title"))[0],
            "language": title[1],
            "kind": kind_label(record),
            "url": record.get_absolute_url(),
        }
        for record in found
    ]
    response = JsonResponse({"suggestions": rows})
    response["Cache-Control"] = "private, max-age=5"
    return response


def choose_language(request, code):
    """The one public address that sets a cookie: it remembers the language that was chosen."""
    if code not in dict(settings.LANGUAGES):
        raise Http404
    target = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = f"/{code}/"
    if request.user.is_staff:
        StaffSettings.remember_language(request.user, code)
    response = HttpResponseRedirect(target)
    set_language_cookie(response, code)
    response["Cache-Control"] = "no-store"
    return response


def root(request):
    """To the language that was chosen before, else the one the browser asks for."""
    code = translation.get_language_from_request(request)
    response = redirect(f"/{code}/")
    response["Vary"] = "Accept-Language, Cookie"
    response["Cache-Control"] = "no-store"
    return response


@never_cache
def healthz(request):
    health.database()
    return JsonResponse({"status": "ok"})


@never_cache
def readyz(request):
    """For whoever balances load or watches: may visitors be sent to this machine?"""
    checks = health.states()
    is_ready = "failed" not in checks.values()
    answer = {"status": "ok" if is_ready else "failed", "checks": checks}
    return JsonResponse(answer, status=200 if is_ready else 503)


def robots(request):
    sitemap = settings.SITE_URL + reverse("sitemap")
    lines = [
        "User-agent: *",
        "Disallow: /preview/",
        "Disallow: /language/",
        f"Sitemap: {sitemap}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain")


def favicon(request):
    """For pages that name no icon, such as the admin's."""
    return redirect(static("img/favicon.svg"), permanent=True)


def not_found(request, exception=None):
    return render(request, "404.html", status=404)


def server_error(request):
    """No context that could fail again: neither the database nor the request is asked."""
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError | InterfaceError):
        return unavailable(request)
    if is_full(error):
        return render(None, "507.html", status=507)
    return render(None, "500.html", status=500)


def too_many(request, seconds: int):
    """The limit of searches: see rates.py. The headers of the limit come from who has counted."""
    response = render(request, "too_many.html", {"seconds": seconds}, status=429)
    response["Cache-Control"] = "no-store"
    return response


def unavailable(request):
    """While the database is away: in the reader's language, and without asking it again."""
    code = translation.get_language_from_request(request, check_path=True)
    with translation.override(code):
        response = render(request, "503.html", status=503)
    response["Content-Language"] = code
    response["Cache-Control"] = "no-store"
    response["Retry-After"] = "30"
    return response
