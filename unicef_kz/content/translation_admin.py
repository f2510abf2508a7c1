"""Translations in the admin: reading one against its original, and the board of all of them."""

from collections import Counter

from django import forms
from django.apps import apps
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import CharField, Count, F, Q, Value
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .diff import as_html, rich_as_html
from .languages import CODES, current_language
from .publishing import Page
from .richtext import RichTextField
from .staff_pages import StaffPages, refusals_told
from .translating import TranslationState, state_in

PER_PAGE = 50
#: Most urgent first; the original is no translation.
ORDER = [state for state in TranslationState if state != TranslationState.SOURCE]


class TranslationSteps(StaffPages):
    """Part of PageAdmin: one page for each translation, and the actions of the list."""

    def get_urls(self):
        pattern = "<int:pk>/translation/<slug:language>/"
        return [self.route(pattern, self.translation_view, "translation"), *super().get_urls()]

    def translation_view(self, request, pk, language):
        record = self.record_or_404(request, pk)
        if language not in CODES or language == record.source_language:
            raise Http404
        if not self.has_view_permission(request, record):
            raise PermissionDenied
        if request.method == "POST":
            self.review(request, record, language)
            return HttpResponseRedirect(request.path)
        context = {
            "record": record,
            "title": gettext("Translation: %s") % record,
            "language": language,
            "language_name": dict(settings.LANGUAGES)[language],
            "original_name": dict(settings.LANGUAGES)[record.source_language],
            "note": record.translation(language),
            "state": TranslationState(record.translation_state(language)),
            "texts": texts_side_by_side(record, language),
            "may_review": request.user.has_perm(
                f"{self.opts.app_label}.change_{self.opts.model_name}"
            ),
        }
        return self.staff_page(request, "translation", **context)

    def review(self, request, record, language) -> None:
        with refusals_told(request, about=record):
            record.mark_reviewed(language, actor=request.user)
            text = gettext("“%(record)s”: the text in %(language)s is reviewed.")
            name = dict(settings.LANGUAGES)[language]
            messages.success(request, text % {"record": record, "language": name})

    def get_actions(self, request):
        actions = super().get_actions(request)
        if self.has_change_permission(request):
            for language, name in settings.LANGUAGES:
                label = gettext("Mark the text as reviewed: %s") % name
                action = f"reviewed_{language}"
                actions[action] = (reviewing(language), action, label)
        return actions


def reviewing(language: str):
    def review_selected(model_admin, request, queryset):
        for record in queryset.prefetch_related("translations"):
            if record.source_language != language:
                model_admin.review(request, record, language)

    return review_selected


def texts_side_by_side(record, language: str) -> list[dict]:
    """Each field with its original, its translation, and what changed in the original since."""
    every, then = record.all_texts(), {key: t for key, t, _now in record.stale_texts(language)}
    rows = []
    for key, original in every[record.source_language].items():
        text = every[language][key]
        if not original and not text:
            continue
        field = record.field_of_text(key)
        is_rich = isinstance(field, RichTextField)
        compare = rich_as_html if is_rich else as_html
        rows.append(
            {
                "name": key.replace(".", "-"),
                "label": label_of_text(field, "." in key),
                "is_rich": is_rich,
                "original": original,
                "text": text,
                "change": compare(then[key], original) if key in then else "",
            }
        )
    return rows


def label_of_text(field, is_of_a_row: bool) -> str:
    label = capfirst(field.verbose_name)
    return f"{capfirst(field.model._meta.verbose_name)}: {label}" if is_of_a_row else label


class BoardForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    q = forms.CharField(label=_("Words in the title"), required=False, max_length=100)

    def __init__(self, data, kinds):
        super().__init__(data)
        names = [(kind, capfirst(m._meta.verbose_name_plural)) for kind, m in kinds.items()]
        self.fields["kind"].choices = [("", _("All")), *names]
        self.fields["language"].choices = [("", _("Any")), *settings.LANGUAGES]
        self.fields["state"].choices = [("", _("Any")), *((s.value, s.label) for s in ORDER)]


class Board:
    """Records × languages, filtered; ``progress`` counts states per kind and language."""

    def __init__(self, request):
        self.kinds = {
            model._meta.model_name: model
            for model in apps.get_models()
            if issubclass(model, Page)
            and request.user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")
        }
        self.form = BoardForm(request.GET, self.kinds)
        self.wanted = self.form.cleaned_data if self.form.is_valid() else {}

    def rows_of(self, kind: str):
        model = self.kinds[kind]
        states = {f"state_{code}": state_in(model, code) for code in CODES}
        return model.objects.order_by().annotate(
            row_kind=Value(kind, CharField()), row_title=current_language("title"), **states
        )

    def page(self, number: str):
        kinds = [self.wanted["kind"]] if self.wanted.get("kind") else list(self.kinds)
        columns = ["row_kind", "pk", "row_title", *(f"state_{code}" for code in CODES)]
        querysets = [self.narrow(self.rows_of(kind)).values(*columns) for kind in kinds]
        rows = querysets[0].union(*querysets[1:], all=True).order_by("row_kind", "row_title", "pk")
        return Paginator(rows, PER_PAGE).get_page(number)

    def narrow(self, rows):
        if text := self.wanted.get("q"):
            match = Q()
            for code in CODES:
                match |= Q(**{f"title_{code}__folded": text})
            rows = rows.filter(match)
        language, state = self.wanted.get("language"), self.wanted.get("state")
        codes = [language] if language else CODES
        if state:
            match = Q()
            for code in codes:
                match |= Q(**{f"state_{code}": state})
            return rows.filter(match)
        return rows.exclude(source_language=language) if language else rows

    def progress(self) -> list[dict]:
        """Per kind and language: how many records are in which state."""
        querysets = [
            self.rows_of(kind)
            .annotate(row_language=Value(code, CharField()), row_state=F(f"state_{code}"))
            .values("row_kind", "row_language", "row_state")
            .annotate(n=Count("pk"))
            .values_list("row_kind", "row_language", "row_state", "n")
            for kind in self.kinds
            for code in CODES
        ]
        counts = Counter()
        for kind, language, state, number in querysets[0].union(*querysets[1:], all=True):
            counts[kind, language, state] += number
        return [
            {
                "kind": kind,
                "label": capfirst(model._meta.verbose_name_plural),
                "languages": [self._language(counts, kind, code) for code in CODES],
            }
            for kind, model in self.kinds.items()
        ]

    @staticmethod
    def _language(counts, kind, code) -> dict:
        states = [(state, counts[kind, code, state.value]) for state in ORDER]
        total = sum(number for _state, number in states)
        reviewed = counts[kind, code, TranslationState.REVIEWED.value]
        return {"code": code, "states": states, "total": total, "reviewed": reviewed}


def board_view(request, model_admin):
    board = Board(request)
    page = board.page(request.GET.get("page", "1"))
    for row in page.object_list:
        meta = board.kinds[row["row_kind"]]._meta
        base = f"admin:{meta.app_label}_{meta.model_name}"
        row["label"] = capfirst(meta.verbose_name)
        row["url"] = reverse(f"{base}_change", args=[row["pk"]])
        row["languages"] = [
            {
                "code": code,
                "state": TranslationState(row[f"state_{code}"]),
                "url": reverse(f"{base}_translation", args=[row["pk"], code]),
            }
            for code in CODES
        ]
    context = {
        "title": gettext("Translations"),
        "form": board.form,
        "page_obj": page,
        "progress": board.progress(),
        "codes": CODES,
    }
    return model_admin.staff_page(request, "translation_board", **context)
