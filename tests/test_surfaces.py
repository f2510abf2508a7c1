"""No public address is missing from ``surfaces.py``, which every sweep reads."""

import pytest
from django.conf import settings
from django.urls import URLPattern, get_resolver, resolve
from django.utils.translation import override

from . import surfaces

pytestmark = [pytest.mark.django_db, pytest.mark.once]
#: For people with an account or a link; test_matrix, test_accounts and others ask each of them.
NOT_PUBLIC = (settings.ADMIN_URL, "accounts/", "preview/", "^preview/")


def routes(resolver, before="") -> set[str]:
    """As ``ResolverMatch.route`` names them; addresses of pages begin with the active language."""
    found = set()
    for pattern in resolver.url_patterns:
        own = str(pattern.pattern)
        route = before + (own.removeprefix("^") if before else own)
        found |= {route} if isinstance(pattern, URLPattern) else routes(pattern, route)
    return found


def public_routes() -> set[str]:
    return {route for route in routes(get_resolver()) if not route.startswith(NOT_PUBLIC)}


def test_every_public_address_is_swept_in_every_language(world):
    swept = {s.path.partition("?")[0] for s in surfaces.surfaces(world) if s.status != 404}
    swept.add("/api/v1/not/there/")  # all that the API does not know
    missing = set()
    for language in surfaces.LANGUAGES:
        others = tuple(f"/{code}/" for code in surfaces.LANGUAGES if code != language)
        with override(language):
            asked = {resolve(path).route for path in swept if not path.startswith(others)}
            missing |= public_routes() - asked
    assert missing == set()


def test_walk_finds_what_is_included_from_elsewhere():
    """Guards the test above."""
    with override("kk"):
        found = public_routes()
    assert {"kk/figures/<slug:slug>/chart.svg", "api/v1/schema/", "robots.txt"} <= found
    assert not [route for route in found if "admin" in route]
