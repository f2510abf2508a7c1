"""The admin of every record: its state, what keeps it from being public, and its workflow."""

from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import PermissionDenied
from django.db import models
from django.forms import CharField, Textarea, TextInput
from django.http import HttpResponseRedirect
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from js_asset import Script
from modeltranslation.admin import TranslationAdmin

from .admin_filters import Completeness, Mine, TranslationFilter, Waiting
from .erase_admin import Erasing
from .exchange.admin import Exchange
from .history_admin import HistorySteps, trail_of
from .hours import chosen_hour
from .inlines import CitationInline, PhotoInline, side_by_side
from .languages import CODES
from .models import Proposal
from .proposal_admin import ProposalSteps, previews
from .publishing import Page, Status
from .review_link_admin import ReviewLinkSteps
from .saving_admin import Saving, sealed_base
from .staff_pages import refusals_told
from .translating import TranslationState
from .translation_admin import TranslationSteps

#: The one style element that the rich text editor adds to the page; its hash admits no other.
EDITOR_STYLE = "'sha256-PlumsSlvJ7vvWzjqibGAYKq92O3y/4JTxWWsWJvyUYA='"
FOR_EDITORS = (Status.DRAFT, Status.REVIEW)
WHILE_PUBLIC = [("withdraw", _("Withdraw"))]
WHILE_SCHEDULED = [
    ("publish-now", _("Publish now")),
    ("unschedule", _("Take off the schedule")),
]
SCRIPTS = ("admin", "languages", "guard", "count")


class ReasonForm(ActionForm):
    comment = CharField(
        label=_("Reason"),
        required=False,
        max_length=300,
        widget=TextInput(attrs={"placeholder": _("reason, for the audit trail")}),
    )


class PageAdmin(
    Saving,
    ProposalSteps,
    ReviewLinkSteps,
    HistorySteps,
    Erasing,
    Exchange,
    TranslationSteps,
    TranslationAdmin,
):
    """Fields of the record in ``body``; the frame around them is the same for every kind."""

    list_display = ["title"]
    search_fields = [
        "slug",
        *(f"{n}_{code}__folded" for n in ("title", "summary") for code in CODES),
    ]
    body: list = []
    parts: list = []  # the inlines besides citations and photos
    action_form = ReasonForm
    actions = ["submit_selected", "publish_selected", "withdraw_selected"]
    change_form_template = "admin/page_change_form.html"
    change_list_template = "admin/page_change_list.html"
    list_per_page = 50
    save_on_top = True
    formfield_overrides = {
        models.TextField: {"widget": Textarea(attrs={"rows": 3})},
        models.URLField: {"assume_scheme": "https"},
    }

    class Media:
        js = [Script(f"js/{name}.js", type="module") for name in SCRIPTS]

    def get_list_display(self, request):
        return [self.list_display[0], "state", "languages", "changed", *self.list_display[1:]]

    def get_list_filter(self, request):
        return ["status", Mine, Waiting, Completeness, TranslationFilter, *self.list_filter]

    def get_list_select_related(self, request):
        return ["changed_by"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("translations")

    def get_inlines(self, request, obj):
        return [*self.parts, CitationInline, PhotoInline]

    def get_fieldsets(self, request, obj=None):
        address = (None, {"fields": [("slug", "source_language")]})
        titles = (_("Title and summary"), {"fields": ["title", "summary"]})
        differ = (_("Where sources differ"), {"fields": ["differences"], "classes": ["collapse"]})
        return [
            (name, options | {"fields": side_by_side(self.model, options["fields"])})
            for name, options in (address, titles, *self.body, differ)
        ]

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"slug": ["title_en"]}

    def get_readonly_fields(self, request, obj=None):
        """The address of a public record is changed by a step of its own: links lead to it."""
        fixed = ["slug"] if obj and obj.status == Status.PUBLISHED else []
        return [*super().get_readonly_fields(request, obj), *fixed]

    @admin.display(description=_("state"), ordering="status")
    def state(self, record):
        return record.state_in_words()

    @admin.display(description=_("last changed"), ordering="updated_at")
    def changed(self, record):
        day = date_format(localtime(record.updated_at), "SHORT_DATE_FORMAT")
        return f"{day}, {record.changed_by}" if record.changed_by else day

    @admin.display(description=_("languages"))
    def languages(self, record):
        states = ((c, TranslationState(record.translation_state(c))) for c in CODES)
        marks = ((state.value, state.label, code.upper()) for code, state in states)
        return format_html_join(" ", '<span class="state-{}" title="{}">{}</span>', marks)

    # Who may do what

    def has_change_permission(self, request, obj=None):
        """What is public is changed by a proposal; what was, by those who can bring it back."""
        allowed = super().has_change_permission(request, obj)
        if obj is None or obj.status != Status.WITHDRAWN:
            return allowed
        return allowed and self.has_publish_permission(request)

    def may_change_at_once(self, request, record) -> bool:
        """For what is no matter of a proposal, such as obscuring a face in public."""
        if record.status == Status.PUBLISHED and not (
            self.has_publish_permission(request) and record.may_change_in_public(request.user)
        ):
            return False
        return self.has_change_permission(request, record)

    def has_delete_permission(self, request, obj=None):
        """What was public once is withdrawn, so that its address can say so."""
        return super().has_delete_permission(request, obj) and (obj is None or not obj.publish_at)

    def has_publish_permission(self, request, obj=None):
        return request.user.has_perm(f"{self.opts.app_label}.publish_{self.opts.model_name}")

    # The panel and its steps

    def get_urls(self):
        step = self.route("<int:pk>/step/<slug:step>/", self.step_view, "step", post_only=True)
        return [step, *super().get_urls()]

    def steps(self, request, record) -> list[tuple[str, str]]:
        """(step, label) of what this person can do with the record now."""
        may_publish = self.has_publish_permission(request)
        possible = {
            Status.DRAFT: [("submit", _("Submit for review")), ("publish", _("Publish"))],
            Status.REVIEW: [("publish", _("Publish")), ("return", _("Return to its author"))],
            Status.PUBLISHED: WHILE_SCHEDULED if record.is_scheduled else WHILE_PUBLIC,
            Status.WITHDRAWN: [("return", _("Bring back as a draft"))],
        }[record.status]
        if not self.has_change_permission(request, record):
            return []
        if record.status == Status.PUBLISHED and not record.may_change_in_public(request.user):
            possible = WHILE_PUBLIC  # whoever publishes may take away, a child's story above all
        return [s for s in possible if may_publish or s[0] == "submit"]

    def step_view(self, request, pk, step):
        record = self.record_or_404(request, pk)
        typed = {name: request.POST.get(name, "") for name in ("comment", "publish_at")}
        if not self.take(request, record, step, typed["comment"], typed["publish_at"]):
            request.session["typed_for_step"] = typed
        return HttpResponseRedirect(self.address("change", pk))

    def take(self, request, record, step, comment, hour="") -> bool:
        with refusals_told(request, about=record):
            perform(record, step, request.user, comment, hour)
            text = gettext("“%(record)s” is now: %(state)s.")
            messages.success(request, text % {"record": record, "state": record.state_in_words()})
            return True
        return False

    @admin.action(description=_("Submit for review"), permissions=["change"])
    def submit_selected(self, request, queryset):
        self.take_all(request, queryset, "submit")

    @admin.action(description=_("Publish"), permissions=["publish"])
    def publish_selected(self, request, queryset):
        self.take_all(request, queryset, "publish")

    @admin.action(description=_("Withdraw"), permissions=["publish"])
    def withdraw_selected(self, request, queryset):
        self.take_all(request, queryset, "withdraw")

    def take_all(self, request, queryset, step):
        for record in queryset:
            self.take(request, record, step, request.POST.get("comment", ""))

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        # The rich text editor's import map stands inline, so it carries the nonce of this page.
        context["media"] = with_nonce(context["media"], request)
        if obj:
            context |= self.links_for_readers(request, obj) | {
                "problems": open_problems(obj),
                "steps": (steps := self.steps(request, obj)),
                "may_schedule": "publish" in dict(steps),
                "typed": request.session.pop("typed_for_step", {}),
                "previews": previews(obj),
                "trail": trail_of(obj)[:10],
                "base": sealed_base(request) if hasattr(request, "form_base") else "",
                "overtaken_by": getattr(request, "overtaken_by", []),
                "proposal": getattr(request, "proposal", None) or Proposal.objects.for_record(obj),
                "is_proposing": getattr(request, "is_proposing", False),
                "may_move": obj.status == Status.PUBLISHED
                and self.may_change_at_once(request, obj),
                "change_form": getattr(request, "change_form", None),
                "states": [(c, TranslationState(obj.translation_state(c))) for c in CODES],
            }
        response = super().render_change_form(request, context, add, change, form_url, obj)
        response._csp_update = {"style-src": [EDITOR_STYLE]}
        return response


def open_problems(record: Page) -> list:
    """What the panel shows; once public, an approval is no longer asked for."""
    waiting = record.missing_approvals() if record.status in FOR_EDITORS else ()
    return [*record.problems(), *waiting]


def with_nonce(media, request):
    return media.with_nonce(request.csp_nonce) if hasattr(media, "with_nonce") else media


def perform(record: Page, step: str, actor, comment: str, hour="") -> None:
    """Raises Refused with every reason, PermissionDenied for a step that does not exist."""
    match step:
        case "submit":
            record.submit(actor=actor, comment=comment)
        case "publish":
            record.publish(actor=actor, basis=comment, at=chosen_hour(hour))
        case "publish-now":
            record.publish_now(actor=actor, comment=comment)
        case "unschedule":
            record.unschedule(actor=actor, comment=comment)
        case "return":
            record.return_to_draft(actor=actor, comment=comment)
        case "withdraw":
            record.withdraw(actor=actor, comment=comment)
        case "move":
            record.move(comment, actor=actor)
        case "approve":
            record.approve(actor=actor, comment=comment)
        case "decline":
            record.decline(actor=actor, comment=comment)
        case _:
            raise PermissionDenied
