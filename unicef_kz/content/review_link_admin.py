"""Links for readers without an account: made, listed and taken back on the record's page."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .review_links import LONGEST, ReviewLink
from .staff_pages import StaffPages


class ReviewLinkForm(forms.Form):
    reader = forms.CharField(label=_("For whom"), max_length=150)
    days = forms.IntegerField(
        label=_("Days it is valid"), min_value=1, max_value=LONGEST, initial=7
    )


class ReviewLinkSteps(StaffPages):
    """Part of PageAdmin."""

    def get_urls(self):
        revoke = "<int:pk>/link/<int:link>/"
        return [
            self.route("<int:pk>/link/", self.make_link, "link", post_only=True),
            self.route(revoke, self.revoke_link, "link_revoke", post_only=True),
            *super().get_urls(),
        ]

    def links_for_readers(self, request, record) -> dict:
        may = self.has_change_permission(request, record)
        return {
            "review_links": ReviewLink.objects.about(record).live() if may else [],
            "review_link_form": ReviewLinkForm()
            if may and record.may_change_in_public(request.user)
            else None,
        }

    def record_of(self, request, pk):
        record = self.record_or_404(request, pk)
        if not self.has_change_permission(request, record):
            raise PermissionDenied
        return record

    def make_link(self, request, pk):
        record, form = self.record_of(request, pk), ReviewLinkForm(request.POST)
        if form.is_valid():
            key = ReviewLink.make(record, actor=request.user, **form.cleaned_data)
            address = settings.SITE_URL + reverse("by_link", args=[key])
            text = gettext("The link, shown only now: %s")
            messages.success(request, text % address)
        else:
            for errors in form.errors.values():
                messages.error(request, " ".join(errors))
        return HttpResponseRedirect(self.address("change", pk))

    def revoke_link(self, request, pk, link):
        record = self.record_of(request, pk)
        get_object_or_404(ReviewLink.objects.about(record), pk=link).revoke()
        messages.success(request, gettext("The link no longer works."))
        return HttpResponseRedirect(self.address("change", pk))
