"""Which addresses are for visitors, and what of a request counts there."""

from functools import cache
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from programmes.layers import RELATIONS
from unicef_kz.content.facets import PARAMETERS
from unicef_kz.kinds import KINDS
from unicef_kz.search import SearchFilter

#: A page in a language depends on its address alone.
PAGES = tuple(f"/{code}/" for code, _name in settings.LANGUAGES)
#: What answers everybody alike, staff included.
PUBLIC = (*PAGES, "/api/", "/data/", "/sitemap", "/robots.txt")
#: Known parameters; the order is that of the links on the pages.
RANKS = {name: rank for rank, name in enumerate(PARAMETERS)}
#: Characters of what a form may send; beyond, a redirect would not be safe.
LONGEST = 4000


def sent(query: str) -> list[tuple[str, str]]:
    """The known parameters of a WSGI query string, the empty ones among them."""
    pairs = parse_qsl(query.encode("latin-1", "replace").decode(errors="replace"), True)
    return [(name, value) for name, value in pairs if name in RANKS]


def clean_query(query: str) -> str:
    """The known parameters of a WSGI query string, in a fixed order, without empty or double ones.

    Pages copy their parameters into links, so an unknown one must not even reach a view: whoever
    asks first would put it into the page that is kept for all.
    """
    known = {(name, value) for name, value in sent(query) if value.strip()}
    return urlencode(sorted(known, key=lambda pair: (RANKS[pair[0]], pair[1])))


@cache
def usual() -> dict[str, set[tuple[str, str]]]:
    """Path of a page with a filter form → what its form sends, and means nothing."""
    found = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            orders = {kind.list_address: kind.filterset_class.orders for kind in KINDS.values()}
            orders[reverse("search")] = SearchFilter.orders
        for path, names in orders.items():
            found[path] = {("sort", next(iter(names))), ("show", RELATIONS[0])}
    return found


def tidy(path: str, query: str) -> str | None:
    """The address to share, of one that a form without JavaScript has made; None for any other.

    Such a form sends its empty fields too, always one at least. What is wrong stays: the page says
    so beside the field.
    """
    if path not in usual() or len(query) > LONGEST:
        return None
    if all(value.strip() for _name, value in sent(query)):
        return None
    pairs = [pair for pair in parse_qsl(clean_query(query)) if pair not in usual()[path]]
    return f"{path}?{urlencode(pairs)}" if pairs else path
