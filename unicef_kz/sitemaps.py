"""Every public page in every language, each with its other languages (sitemaps.org 0.9).

What does not fit into one file stands in several, ``?p=1`` and on, and the address without a
number becomes their index.
"""

from itertools import chain
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import SitemapIndexItem, x_robots_tag
from django.contrib.sitemaps.views import sitemap as sitemap_view
from django.core.paginator import Paginator
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import cached_property

from stories.models import Story
from unicef_kz.content.languages import CODES
from unicef_kz.content.models import StandingPage

from .feeds import with_etag
from .kinds import KINDS


class LanguageSitemap(Sitemap):
    """With the addresses of ``SITE_URL``, whatever host was asked."""

    i18n = alternates = True

    def get_protocol(self, protocol=None):
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site=None):
        return urlsplit(settings.SITE_URL).netloc

    def _urls(self, page, protocol, domain):
        """Django's own ``x_default`` leaves the language out of the address; ours keep it."""
        urls = super()._urls(page, protocol, domain)
        for url in urls:
            default = url["alternates"][0]  # English, where there is a choice
            url["alternates"].append(default | {"lang_code": "x-default"})
        return urls


class ListSitemap(LanguageSitemap):
    """The home page and the lists, each as old as the last change in it."""

    def items(self):
        changed = {
            kind.list_name: kind.model.objects.public().last_change() for kind in KINDS.values()
        }
        last = max(filter(None, changed.values()), default=None)
        return [("home", last), *changed.items()]

    def location(self, item):
        return reverse(item[0])

    def lastmod(self, item):
        return item[1]


class RecordSitemap(LanguageSitemap):
    #: A file may hold 50,000 addresses and 50 MB; one with its other languages takes up to 1 kB.
    limit = 20_000

    @cached_property
    def paginator(self):
        return Paginator(self._items(), self.limit)

    def items(self):
        columns = ("slug", "updated_at", "publish_at", *(f"title_{code}" for code in CODES))
        pages = [kind.model.objects.public().only(*columns) for kind in KINDS.values()]
        standing = StandingPage.objects.public().exclude(slug="home").only(*columns)
        return list(chain(*pages, standing))

    def get_languages_for_item(self, record):
        """A story only where it has text: ``public()`` saw to it that a consent covers that."""
        if not isinstance(record, Story):
            return CODES
        return [code for code in CODES if getattr(record, f"title_{code}")]

    def lastmod(self, record):
        return record.changed_at


@with_etag
def sitemap(request):
    records, page = RecordSitemap(), request.GET.get("p")
    if page is None and records.paginator.num_pages > 1:
        return index(request, records.paginator.page_range)
    first = {} if page not in (None, "1") else {"lists": ListSitemap}
    return sitemap_view(request, first | {"records": records})


@x_robots_tag
def index(request, pages):
    address = settings.SITE_URL + reverse("sitemap")
    files = [SitemapIndexItem(f"{address}?p={page}") for page in pages]
    context = {"sitemaps": files}
    return TemplateResponse(request, "sitemap_index.xml", context, content_type="application/xml")
