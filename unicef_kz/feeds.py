"""Atom feeds of the timeline and of the stories; they take the filters of the lists."""

from functools import wraps
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import get_language, gettext
from django.views.decorators.http import conditional_page

from stories.views import StoryList
from timeline.views import Timeline
from unicef_kz.content.languages import shown

MOST = 50


class AtomFeed(Atom1Feed):
    """Each entry says its language, and names its kind in a code and in words."""

    def item_attributes(self, item):
        return super().item_attributes(item) | {"xml:lang": item["language"]}

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        handler.addQuickElement("category", "", item["kind"])


class RecordFeed(Feed):
    """What changed last in a list. A wrong filter gives an empty feed, as it gives no rows."""

    feed_type = AtomFeed
    list_view = None

    def get_object(self, request):
        page = self.list_view()
        page.setup(request)
        return page.filterset

    def title(self, filters):
        chips = filters.chips if query(filters) else ()
        names = [f"{chip['name']}: {chip['value']}" for chip in chips]
        return " – ".join(
            [str(self.list_view.title), *names, gettext("UNICEF in Kazakhstan: the record")]
        )

    def subtitle(self):
        return self.list_view.intro

    def link(self, filters):
        return settings.SITE_URL + filters.request.path.removesuffix("feed.atom") + query(filters)

    def feed_url(self, filters):
        return settings.SITE_URL + filters.request.path + query(filters)

    def feed_guid(self, filters):
        return self.feed_url(filters)

    def author_name(self):
        return gettext("UNICEF in Kazakhstan: the record")

    def author_link(self):
        return f"{settings.SITE_URL}/{get_language()}/"

    def feed_copyright(self):
        return f"CC BY 4.0, {settings.LICENCE['path']}"

    item_copyright = feed_copyright

    def items(self, filters):
        return filters.qs.prefetch_related(None).by_change()[:MOST]

    def item_title(self, record):
        return shown(record, "title")[0]

    def item_description(self, record):
        return escape(shown(record, "summary")[0])  # Django calls it HTML

    def item_link(self, record):
        return settings.SITE_URL + record.get_absolute_url()

    def item_guid(self, record):
        """An address can be moved; this stays. Each language is an entry of its own."""
        name = f"{record._meta.model_name}-{record.pk}-{get_language()}"
        return f"tag:{host()},{record.created_at:%Y-%m-%d}:{name}"

    def item_pubdate(self, record):
        return record.publish_at

    def item_updateddate(self, record):
        return record.changed_at

    def item_extra_kwargs(self, record):
        kind = {"term": record.kind, "label": record.get_kind_display()}
        return {"language": shown(record, "title")[1], "kind": kind}


class TimelineFeed(RecordFeed):
    list_view = Timeline


class StoriesFeed(RecordFeed):
    list_view = StoryList


def host() -> str:
    return urlsplit(settings.SITE_URL).hostname


def query(filters) -> str:
    return filters.query().rstrip("?")


def with_etag(view):
    """An ETag of the bytes and no date: what is taken back would leave an older one, and whoever
    asks by date would keep the record that is gone.
    """

    @conditional_page
    @wraps(view, updated=())
    def conditional(request):
        response = view(request)
        del response["Last-Modified"]
        return response

    return conditional


timeline_feed = with_etag(TimelineFeed())
stories_feed = with_etag(StoriesFeed())
