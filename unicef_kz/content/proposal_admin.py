"""The page on which a proposed change of a public record is read and decided."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext

from .comparison import changes
from .documents import document
from .languages import CODES
from .models import Proposal
from .publishing import Page, Refused
from .staff_pages import StaffPages, refusals_told


class ProposalSteps(StaffPages):
    """Part of PageAdmin."""

    def get_urls(self):
        step = "<int:pk>/proposal/<slug:step>/"
        return [
            self.route("<int:pk>/proposal/", self.proposal_view, "proposal"),
            self.route(step, self.proposal_step, "proposal_step", post_only=True),
            *super().get_urls(),
        ]

    def proposal_of(self, request, pk):
        record = self.record_or_404(request, pk)
        proposal = Proposal.objects.about(record).select_related("author").first()
        if proposal is None:
            raise Http404
        if not self.has_view_permission(request, record):
            raise PermissionDenied
        return record, proposal

    def proposal_view(self, request, pk):
        """The proposal under way, or the last one that was decided."""
        record, proposal = self.proposal_of(request, pk)
        now, is_open = document(record), proposal.is_under_way
        is_stale = is_open and now != proposal.base
        context = {
            "title": gettext("Proposed change: %s") % record,
            "record": record,
            "proposal": proposal,
            "changes": changes(proposal.base, proposal.document, record),
            "is_open": is_open,
            "overtaken_by": changes(proposal.base, now, record) if is_stale else [],
            "problems": problems_of(proposal) if is_open and not is_stale else [],
            "previews": previews(record, "?proposed=1") if is_open and not is_stale else [],
            "may_decide": is_open and proposal.may_decide(request.user),
            "needs_another": is_open and proposal.needs_another(request.user),
            "is_author": proposal.author_id == request.user.pk,
            "may_edit": is_open and self.has_change_permission(request, record),
        }
        return self.staff_page(request, "proposal", **context)

    def proposal_step(self, request, pk, step):
        record, proposal = self.proposal_of(request, pk)
        comment = request.POST.get("comment", "")
        with refusals_told(request):
            messages.success(request, decide(proposal, step, request.user, comment))
        return HttpResponseRedirect(self.address("proposal", record.pk))


def decide(proposal, step, actor, comment) -> str:
    """Takes the step and says what happened. Raises Refused, PermissionDenied, Http404."""
    match step:
        case "approve":
            proposal.approve(actor=actor, comment=comment)
            return gettext("Approved: the public page shows the change.")
        case "return":
            proposal.send_back(actor=actor, comment=comment)
            return gettext("Returned to its author.")
        case "close":
            proposal.close(actor=actor, comment=comment)
            return gettext("Closed. The public page stays as it is.")
        case "catch_up":
            both = proposal.catch_up(actor=actor)
            text = gettext("The proposed changes now stand on top of what is public today.")
            if both:
                text += " " + gettext("Both changed: %s. Check these.") % ", ".join(both)
            return text
        case _:
            raise Http404


def problems_of(proposal) -> list:
    """What would keep the change from being approved."""
    with transaction.atomic():
        try:
            record = proposal.show()
            found = list(type(record).objects.get(pk=record.pk).problems())
        except Refused as refused:
            found = list(refused.problems)
        transaction.set_rollback(True)
    return found


def previews(record: Page, query="") -> list[tuple[str, str]]:
    try:
        name = record._meta.model_name
        return [(c.upper(), reverse("preview", args=[c, name, record.pk]) + query) for c in CODES]
    except NoReverseMatch:
        return []
