"""In the admin: erasing what was taken back, and the receipts."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from .erasing import Receipt
from .publishing import Refused, Status
from .staff_pages import StaffPages


class EraseForm(forms.Form):
    comment = forms.CharField(
        label=_("Why"),
        max_length=300,
        help_text=_("Stays in the audit trail, so write no name and no detail of the person."),
    )
    address = forms.BooleanField(
        label=_("The address tells too much as well"),
        required=False,
        help_text=_("Nobody finds out then that there was such a page: it answers “not found”."),
    )
    evidence = forms.BooleanField(
        label=_("The consents with their signed forms as well"),
        required=False,
        help_text=_("Otherwise they stay, without words, as proof that there was a consent."),
    )
    word = forms.CharField(max_length=30, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args, record, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["word"].label = gettext("Type “%s” to confirm") % self.password
        if not record.keeps_consents:
            del self.fields["evidence"]

    @property
    def password(self) -> str:
        return pgettext("typed to confirm", "ERASE")

    def clean_word(self):
        if self.cleaned_data["word"].strip().casefold() != self.password.casefold():
            raise ValidationError(gettext("Type “%s”, or go back.") % self.password)


class Erasing(StaffPages):
    """Part of PageAdmin."""

    def get_urls(self):
        return [self.route("<int:pk>/erase/", self.erase_view, "erase"), *super().get_urls()]

    def has_erase_permission(self, request, record=None):
        allowed = request.user.has_perm(f"{self.opts.app_label}.erase_{self.opts.model_name}")
        return allowed and (record is None or record.status != Status.PUBLISHED)

    def erase_view(self, request, pk):
        record = self.record_or_404(request, pk)
        if not self.has_erase_permission(request, record):
            raise PermissionDenied
        form = EraseForm(request.POST or None, record=record)
        if form.is_valid():
            wishes = {name: form.cleaned_data.get(name, False) for name in ("address", "evidence")}
            try:
                record.erase(actor=request.user, comment=form.cleaned_data["comment"], **wishes)
            except Refused as refused:
                form.add_error(None, [str(problem) for problem in refused.problems])
            else:
                messages.success(request, gettext("Erased for good. This receipt stays."))
                receipt = Receipt.objects.about(record).first()
                return HttpResponseRedirect(
                    reverse("admin:content_receipt_change", args=[receipt.pk])
                )
        title = gettext("Erase for good?")
        return self.staff_page(request, "erase", record=record, form=form, title=title)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj:
            context |= {
                "warnings": list(obj.warnings()),
                "receipts": Receipt.objects.about(obj),
                "may_erase": self.has_erase_permission(request, obj),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)
