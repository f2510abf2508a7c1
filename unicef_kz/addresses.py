"""Which addresses are for visitors, and what of a request counts there."""

from urllib.parse import parse_qsl, urlencode

from django.conf import settings

from unicef_kz.content.facets import PARAMETERS

#: A page in a language depends on its address alone.
PAGES = tuple(f"/{code}/" for code, _name in settings.LANGUAGES)
#: What answers everybody alike, staff included.
PUBLIC = (*PAGES, "/api/", "/data/", "/sitemap", "/robots.txt")
#: Known parameters; the order is that of the links on the pages.
RANKS = {name: rank for rank, name in enumerate(PARAMETERS)}


def clean_query(query: str) -> str:
    """The known parameters of a WSGI query string, in a fixed order, without empty or double ones.

    Pages copy their parameters into links, so an unknown one must not even reach a view: whoever
    asks first would put it into the page that is kept for all.
    """
    pairs = parse_qsl(query.encode("latin-1", "replace").decode(errors="replace"))
    known = {(name, value) for name, value in pairs if name in RANKS and value.strip()}
    return urlencode(sorted(known, key=lambda pair: (RANKS[pair[0]], pair[1])))
