from hashlib import sha256

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from programmes.models import Indicator
from programmes.views import public_values
from unicef_kz.kinds import KINDS
from unicef_kz.previews import VIEWS

from . import list_card, record_card, site_card
from .drawing import Card, drawn

LISTS = {kind.code: kind.list_view for kind in KINDS.values()}


@require_safe
def record(request, kind, slug):
    """The card of a record that is public at this moment; 410 once it was withdrawn."""
    if kind not in VIEWS:
        raise Http404
    model = VIEWS[kind].model
    records = model.objects.public()
    if model is Indicator:
        records = records.prefetch_related(public_values())
    if found := records.filter(slug=slug).first():
        return picture(request, record_card(found))
    if model.objects.gone().filter(slug=slug).exists():
        return render(request, "410.html", status=410)
    raise Http404


@require_safe
def page(request, name):
    """The card of a list; of ``site`` for all other pages."""
    if name != "site" and name not in LISTS:
        raise Http404
    return picture(request, page_card(name))


def page_card(name: str) -> Card:
    if view := LISTS.get(name):
        return list_card(name, str(view.title), str(view.intro))
    return site_card(
        gettext("What UNICEF does for children in Kazakhstan, fact by fact, each with its source.")
    )


def picture(request, card: Card) -> HttpResponse:
    """Asked for again at every use, so that a withdrawal is seen at once; mostly a 304."""
    etag = quote_etag(sha256(repr(card).encode()).hexdigest()[:32])
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(drawn(card), content_type="image/png")
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"
    return response


def of_page(context) -> tuple[str, Card]:
    """(address, card) of the page that is being written."""
    thing, view = context.get("object"), context.get("view")
    if thing and thing.slug != "home":
        address = reverse("record_card", args=[thing._meta.model_name, thing.slug])
        return address, record_card(thing)
    name = view.model._meta.model_name if view else "site"
    return reverse("page_card", args=[name]), page_card(name)
