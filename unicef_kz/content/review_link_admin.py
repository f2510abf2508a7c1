"""Links for readers without an account: made, listed and taken back on the record's page."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from .review_links import LONGEST, ReviewLink


class ReviewLinkForm(forms.Form):
    reader = forms.CharField(label=_("For whom"), max_length=150)
    days = forms.IntegerField(
        label=_("Days it is valid"), min_value=1, max_value=LONGEST, initial=7
    )


class ReviewLinkSteps:
    """Part of PageAdmin."""

    def get_urls(self):
        name, view = f"{self.opts.app_label}_{self.opts.model_name}", self.admin_site.admin_view
        return [
            path("<int:pk>/link/", view(require_POST(self.make_link)), name=f"{name}_link"),
            path(
                "<int:pk>/link/<int:link>/",
                view(require_POST(self.revoke_link)),
                name=f"{name}_link_revoke",
            ),
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
        record = self.get_object(request, str(pk))
        if record is None:
            raise Http404
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
        return self.back_to(record)

    def revoke_link(self, request, pk, link):
        record = self.record_of(request, pk)
        get_object_or_404(ReviewLink.objects.about(record), pk=link).revoke()
        messages.success(request, gettext("The link no longer works."))
        return self.back_to(record)

    def back_to(self, record):
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return HttpResponseRedirect(reverse(name, args=[record.pk]))
