"""Import and export in the admin: buttons on each list, and the pages behind them."""

from pathlib import PurePath

from django import forms
from django.apps import apps
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from ..notices import record_path
from ..publishing import Page
from ..staff_pages import StaffPages
from . import uploads
from .files import FORMATS, MAX_BYTES, MAX_ROWS, Unreadable, read
from .imports import Import
from .rows import State
from .sheets import Parts, Records, Sheet

OFFERED = {"xlsx": "XLSX", "csv": "CSV"}
#: Some 10 ms each, in one transaction.
MOST_CHANGES = 500
#: More of them help nobody; the counts are of all.
SHOWN_ROWS = 500


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("XLSX or CSV, up to 5,000 rows and 10 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.tsv,.txt"}),
    )

    def __init__(self, *args, sheet: Sheet, actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.sheet, self.actor = sheet, actor

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if upload.size > MAX_BYTES:
            raise ValidationError(gettext("The file is larger than 10 MB. Divide it into several."))
        try:
            Import(self.sheet, read(upload.read()), actor=self.actor)
        except Unreadable as error:
            raise ValidationError(str(error)) from error
        return upload


class Exchange(StaffPages):
    """Part of an admin whose records can leave as a file and come back as one."""

    change_list_template = "admin/exchange_list.html"

    def sheets(self) -> list[Sheet]:
        """The kinds of file: the records themselves, and what hangs on them."""
        left_out = getattr(self.model, "not_exchanged", ())
        parts = self.model.parts if issubclass(self.model, Page) else ()
        hanging = [Parts([self.model], part) for part in parts if part not in left_out]
        return [Records(self.model), *hanging]

    def sheet(self, name: str) -> Sheet:
        for sheet in self.sheets():
            if name in (sheet.name, ""):
                return sheet
        raise Http404

    def listed(self, request):
        """The records of the list as it is filtered."""
        return self.get_changelist_instance(request).queryset

    def has_import_permission(self, request):
        app, name = self.model._meta.app_label, self.model._meta.model_name
        return request.user.has_perms([f"{app}.{right}_{name}" for right in ("add", "change")])

    # On the list

    def get_urls(self):
        return [
            self.route("import/", self.import_view, "import"),
            self.route("import/check/", self.check_view, "import_check"),
            self.route("import/<slug:kind>.<slug:form>", self.template_view, "import_template"),
            self.route("export/", self.export_page, "export"),
            self.route("export/<slug:kind>.<slug:form>", self.export_view, "export_file"),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        more = {"may_import": self.has_import_permission(request)}
        return super().changelist_view(request, (extra_context or {}) | more)

    def get_actions(self, request):
        actions = super().get_actions(request)
        for form, name in OFFERED.items():
            label = gettext("Export the selected records as %s") % name
            actions[f"export_{form}"] = (exporting(form), f"export_{form}", label)
        return actions

    # Export

    def export_page(self, request):
        self.check_view_permission(request)
        context = {"sheets": self.sheets(), "forms": OFFERED, "query": request.GET.urlencode()}
        return self.staff_page(request, "exchange_export", title=gettext("Export"), **context)

    def export_view(self, request, kind, form):
        self.check_view_permission(request)
        try:
            queryset = self.listed(request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(f"{self.address('changelist')}?e=1")
        return self.export(request, self.sheet(kind), queryset, form)

    def export(self, request, sheet, queryset, form):
        if form not in OFFERED:
            raise Http404
        try:
            return as_file(sheet.export(queryset), sheet.name, form)
        except Unreadable as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(self.address("changelist"))

    def check_view_permission(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied

    # Import

    def template_view(self, request, kind, form):
        self.check_import_permission(request)
        if form not in OFFERED:
            raise Http404
        sheet = self.sheet(kind)
        return as_file(sheet.template(), f"{sheet.name}-template", form)

    def import_view(self, request):
        self.check_import_permission(request)
        sheet = self.sheet(request.GET.get("kind", ""))
        data = (request.POST, request.FILES) if request.method == "POST" else ()
        form = UploadForm(*data, sheet=sheet, actor=request.user)
        if form.is_bound and form.is_valid():
            upload = form.cleaned_data["file"]
            name = PurePath(upload.name).name
            uploads.keep(request, upload, model=self.opts.label, kind=sheet.name, name=name)
            return HttpResponseRedirect(self.address("import_check"))
        context = {"sheets": self.sheets(), "sheet": sheet, "form": form, "forms": OFFERED}
        context |= {"title": gettext("Import"), "limit": MAX_ROWS}
        return self.staff_page(request, "exchange_import", **context)

    def check_view(self, request):
        """The dry run; a POST writes what it showed, or gives the file up."""
        self.check_import_permission(request)
        file = uploads.kept(request)
        if file is None or file["model"] != self.opts.label or "cancel" in request.POST:
            return self.give_up(request, file)
        sheet = self.sheet(file["kind"])
        expected = request.POST.get("fingerprint", "") if request.method == "POST" else None
        try:
            plan = self.plan(request, sheet, file)
            written = plan.run(expected=expected)
        except Unreadable as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(self.address("import"))
        if written:
            uploads.forget(request)
            messages.success(request, summary(plan))
            return HttpResponseRedirect(self.address("changelist"))
        if expected is not None:
            text = gettext("The records have changed since. Nothing was written: look again.")
            messages.warning(request, text)
        title = gettext("Import of %s") % file["name"]
        return self.staff_page(request, "exchange_check", title=title, **self.shown(sheet, plan))

    def plan(self, request, sheet, file) -> Import:
        dataset = read(file["data"])
        return Import(sheet, dataset, actor=request.user, most=MOST_CHANGES)

    def give_up(self, request, file):
        uploads.forget(request)
        if file is None or "cancel" not in request.POST:
            messages.warning(request, gettext("There is no file any more. Upload it again."))
        return HttpResponseRedirect(self.address("import"))

    def shown(self, sheet, plan) -> dict:
        order = list(State)
        rows = sorted(plan.rows, key=lambda row: (order.index(row.state), row.number))
        for row in rows[:SHOWN_ROWS]:
            row.url = self.address_of(row) if row.pk else ""
        return {
            "sheet": sheet,
            "rows": rows[:SHOWN_ROWS],
            "more": len(rows[SHOWN_ROWS:]),
            "counts": [(state, number) for state, number in plan.counts.items() if number],
            "is_wrong": plan.counts[State.WRONG],
            "has_changes": plan.counts[State.UNCHANGED] < len(rows),
            "fingerprint": plan.fingerprint,
        }

    def address_of(self, row) -> str:
        return record_path(row.reference[0], row.pk)

    def check_import_permission(self, request):
        if not self.has_import_permission(request):
            raise PermissionDenied


class CitationExchange(Exchange):
    """Citations of every kind of record in one file."""

    def owners(self) -> list:
        pages = (model for model in apps.get_models() if issubclass(model, Page))
        return [model for model in pages if "citations" in model.parts]

    def sheets(self):
        return [Parts(self.owners(), "citations")]

    def listed(self, request):
        return [
            model._default_manager.all()
            for model in self.owners()
            if request.user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")
        ]

    def get_actions(self, request):
        return super(Exchange, self).get_actions(request)


def exporting(form: str):
    def export_selected(model_admin, request, queryset):
        return model_admin.export(request, model_admin.sheet(""), queryset, form)

    return export_selected


def as_file(dataset, name: str, form: str) -> HttpResponse:
    format = FORMATS[form]()
    name = f"{name}-{timezone.localdate()}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    content = format.export_data(dataset)
    return HttpResponse(content, content_type=format.get_content_type(), headers=headers)


def summary(plan: Import) -> str:
    number = len(plan.rows) - plan.counts[State.UNCHANGED]
    text = ngettext("%d row was imported:", "%d rows were imported:", number) % number
    counts = (f"{state.label} {n}" for state, n in plan.counts.items() if n)
    return f"{text} {', '.join(counts)}"
