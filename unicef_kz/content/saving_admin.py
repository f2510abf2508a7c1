"""How the admin saves a record: a draft at once, what is public as a proposal.

Nothing that was typed is lost: a form that is refused comes back as it was, and one that somebody
else overtook shows what they changed.
"""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core import signing
from django.db import transaction
from django.http import HttpResponseRedirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .comparison import changes
from .documents import digest, document
from .models import AuditEntry, Correction, Photo, Proposal, Version
from .publishing import Problem, Refused, Status
from .staff_pages import StaffPages
from .storage import files_roll_back, is_full

SALT = "the record as a form showed it"
OVERTAKEN = _(
    "Somebody else has saved this record since you opened it. What you typed is still here; what "
    "they changed stands above. Save again to keep yours."
)
DISK_FULL = _(
    "The disk of the site is full, so the file was not kept and nothing was saved. What you typed "
    "is still here. Tell whoever runs the site, then choose the file again and save."
)


class ChangeForm(forms.Form):
    """What goes with a change of a public record."""

    comment = forms.CharField(
        label=_("What did you change, and why?"), required=False, max_length=300
    )
    is_correction = forms.BooleanField(
        label=_("It corrects a mistake that was public"),
        required=False,
        help_text=_("The reason then stands in the public list of corrections."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, prefix="change", **kwargs)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("is_correction") and not cleaned.get("comment"):
            self.add_error("comment", _("Say what was wrong; visitors will read it."))
        return cleaned


class Saving(StaffPages):
    """Part of PageAdmin."""

    def is_proposed(self, request, record) -> bool:
        """One person alone may change what is public at once, where the site has only one.

        Never what rests on somebody else's approval.
        """
        alone = not settings.TWO_PEOPLE and self.has_publish_permission(request)
        alone = alone and not record.rests_on_approval
        return record.status == Status.PUBLISHED and not (
            alone and Proposal.objects.for_record(record) is None
        )

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        record = self.get_object(request, unquote(object_id)) if object_id else None
        may_change = record and self.has_change_permission(request, record)
        proposed = may_change and self.is_proposed(request, record)
        view = self.propose if proposed else self.save_at_once
        arguments = request, object_id, form_url, extra_context
        try:
            with files_roll_back(), transaction.atomic():
                return view(record, *arguments)
        except Refused as refused:
            request.refused = refused.problems
        except OSError as error:
            if not is_full(error):
                raise
            request.refused = [Problem("photos", DISK_FULL)]
        with transaction.atomic():
            return view(record, *arguments)

    def save_at_once(self, record, request, *arguments):
        if record:
            self.lock(request, record)
            if request.method == "POST":
                Version.keep_first(record)
        return super().changeform_view(request, *arguments)

    def lock(self, request, record) -> None:
        """Two people who save one record do so one after the other."""
        if request.method == "POST":
            type(record).objects.select_for_update().get(pk=record.pk)
        request.form_base = document(record)
        request.change_form = ChangeForm(request.POST if request.method == "POST" else None)

    def propose(self, record, request, *arguments):
        """Saves as ever, takes the content down as a proposal, and rolls the saving back."""
        request.proposal = Proposal.objects.for_record(record)
        request.is_proposing = True
        with transaction.atomic():
            public = document(record)
            if request.proposal:
                request.proposal.show()
            self.lock(request, self.get_object(request, str(record.pk)))
            response = super().changeform_view(request, *arguments)
            if hasattr(response, "render"):
                response.render()
            saved = request.method == "POST" and response.status_code == 302
            content = document(self.get_object(request, str(record.pk))) if saved else None
            transaction.set_rollback(True)
        return self.keep_proposal(request, record, public, content) if saved else response

    def keep_proposal(self, request, record, public, content):
        """The rollback gave the lock back, so somebody may have been quicker: Refused then."""
        type(record).objects.select_for_update().get(pk=record.pk)
        now, seen = Proposal.objects.for_record(record), request.proposal
        if (now and now.updated_at) != (seen and seen.updated_at):
            raise Refused(Problem("proposal", OVERTAKEN))
        list(messages.get_messages(request))  # “was changed successfully” is not so
        given = request.change_form.cleaned_data
        if digest(content) == digest(public):
            messages.info(request, gettext("Nothing differs from what is public."))
        else:
            Proposal.of(record, content, actor=request.user, **given)
            text = gettext(
                "Your change of “%s” is proposed. The public page stays as it is until a "
                "reviewer approves it."
            )
            messages.success(request, text % record)
        return HttpResponseRedirect(self.address("change", record.pk))

    def save_model(self, request, record, form, change):
        record.touch(request.user)
        super().save_model(request, record, form, change)

    def save_formset(self, request, form, formset, change):
        if formset.model is Photo:
            for row in formset.forms:
                if {"image", "obscured"} & set(row.changed_data):
                    row.instance.touch(request.user)
        super().save_formset(request, form, formset, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        form.instance.settle_relations()
        if not getattr(request, "is_proposing", False):
            record = self.model.objects.get(pk=form.instance.pk)
            self.note_change(request, record, ", ".join(form.changed_data))

    def note_change(self, request, record, what):
        comment = ""
        if record.status == Status.PUBLISHED:
            given = request.change_form.cleaned_data
            comment = given["comment"]
            if given["is_correction"]:
                Correction.objects.create(record=record, reason=comment, label=str(record)[:250])
            blocking = [p for p in record.problems() if not p.held_back]
            if problems := [*blocking, *record.missing_approvals()]:
                raise Refused(*problems)
            AuditEntry.note(record, "edit", request.user, comment or what)
        Version.keep(record, request.user, comment)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)

        class PageForm(form):
            def clean(self):
                cleaned = super().clean()
                for problem in getattr(request, "refused", ()):
                    field = problem.field if problem.field in self.fields else None
                    self.add_error(field, problem.message)
                if overtaken(request, obj):
                    self.add_error(None, OVERTAKEN)
                change_form = getattr(request, "change_form", None)
                if change_form and not change_form.is_valid():
                    self.add_error(None, change_form.errors["comment"])
                return cleaned

        return PageForm


def sealed_base(request) -> str:
    """What the form shows, for the form to bring back."""
    return signing.dumps(request.form_base, salt=SALT, compress=True)


def overtaken(request, record) -> bool:
    """Whether the record is another one than the form showed; keeps the difference for it."""
    sealed = request.POST.get("_base")
    if record is None or not sealed:
        return False
    try:
        base = signing.loads(sealed, salt=SALT)
    except signing.BadSignature:
        return True
    request.overtaken_by = changes(base, request.form_base, record)
    return base != request.form_base
