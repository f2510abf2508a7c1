"""Pages of records that are not public yet: for staff, and by a link for one reader."""

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from programmes.views import FigureDetail, PartnerDetail, ProgrammeDetail, RegionDetail
from stories.views import StoryDetail
from timeline.views import MilestoneDetail
from unicef_kz.content.comparison import changes
from unicef_kz.content.languages import CODES
from unicef_kz.content.media import photo_of, picture
from unicef_kz.content.models import Proposal, ReviewLink
from unicef_kz.content.review_links import may_show
from unicef_kz.content.views import SourceDetail, StandingView

VIEWS = {
    view.model._meta.model_name: view
    for view in (
        ProgrammeDetail,
        PartnerDetail,
        RegionDetail,
        FigureDetail,
        MilestoneDetail,
        StoryDetail,
        SourceDetail,
        StandingView,
    )
}


@admin.site.admin_view
@require_safe
def preview(request, code, kind, pk):
    """Any record as its page will look, for those who may see it in the admin."""
    if kind not in VIEWS or code not in CODES:
        raise Http404
    model = VIEWS[kind].model
    if not request.user.has_perm(f"{model._meta.app_label}.view_{kind}"):
        raise PermissionDenied
    record = get_object_or_404(model, pk=pk)
    proposal = Proposal.objects.for_record(record) if request.GET.get("proposed") else None
    return page(request, record, code, proposal)


def page(request, record, code, proposal=None, **context):
    """The record's page, with the proposed content where there is any."""
    view = VIEWS[record._meta.model_name]
    everything = {"visible": lambda self: type(record).objects.all()}
    context |= {"preview": True, "proposal": proposal}
    with transaction.atomic(), translation.override(code):
        if proposal:
            proposal.show()
        as_view = type("Preview", (view,), everything).as_view(extra_context=context)
        response = as_view(request, slug=record.slug)
        if hasattr(response, "render"):
            response.render()
        transaction.set_rollback(True)
    return unlisted(response)


def unlisted(response):
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store, private"
    response["Referrer-Policy"] = "no-referrer"
    return response


# For a reader without an account


def link_of(key) -> ReviewLink:
    """Raises Http404 for a link that never was, has expired, was taken back, or whose maker may
    not show the record any more.
    """
    link = ReviewLink.objects.by_key(key)
    if link is None or link.record is None or not may_show(link.record, link.created_by):
        raise Http404
    return link


@never_cache
@require_safe
def by_link(request, key, code=""):
    record = link_of(key).record
    if not code:
        return unlisted(redirect("by_link", key, record.source_language))
    if code not in CODES:
        raise Http404
    if record._meta.model_name not in VIEWS:
        return unlisted(redirect("changes_by_link", key, code))
    proposal = Proposal.objects.for_record(record)
    return page(request, record, code, proposal, review_key=key, review_pages=pages(key))


@never_cache
@require_safe
def changes_by_link(request, key, code):
    """What a proposal would change; for a record that is not public yet, all of its content."""
    record = link_of(key).record
    if code not in CODES:
        raise Http404
    proposal = Proposal.objects.for_record(record)
    with translation.override(code):
        context = {
            "record": record,
            "proposal": proposal,
            "changes": public_changes(proposal, record) if proposal else [],
            "review_key": key,
            "review_pages": pages(key),
            "language": code,
        }
        return unlisted(render(request, "review_changes.html", context))


def public_changes(proposal, record) -> list[dict]:
    return changes(proposal.base, proposal.document, record, private=False)


def pages(key: str) -> list[tuple[str, str]]:
    return [(code, reverse("by_link", args=[key, code])) for code, _name in settings.LANGUAGES]


@never_cache
@require_safe
def picture_by_link(request, key, token, width, extension):
    link, photo = link_of(key), photo_of(token)
    same = (photo.content_type_id, photo.object_id) == (link.content_type_id, link.object_id)
    if not same or int(width) not in photo.widths:
        raise Http404
    return unlisted(picture(request, photo, width, extension))
