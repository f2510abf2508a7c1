"""Filters of the lists. The same names mean the same everywhere; see the contract in README.md."""

from typing import NamedTuple

import django_filters
from django import forms
from django.db.models import CharField, F, Value
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .dates import earliest, latest, overlapping
from .facets import CONTRACT, Facets
from .kept import state
from .languages import CODES, in_alphabet
from .models import Source
from .options import through_public, united
from .search.engine import matching

LONGEST_QUERY = 200


class Values(forms.SelectMultiple):
    """Several values of one parameter; empty ones say nothing."""

    def value_from_datadict(self, data, files, name):
        return [v for v in super().value_from_datadict(data, files, name) or [] if v.strip()]


class PartialDateField(forms.CharField):
    """``YYYY[-MM[-DD]]``; cleans to the first or the last day it can mean, or None."""

    def __init__(self, *args, bound, **kwargs):
        self.bound = bound
        super().__init__(*args, **kwargs)

    def clean(self, value):
        text = super().clean(value)
        if text and not all(part.isdecimal() for part in text.split("-")):
            text = "?"
        try:
            return self.bound(text)
        except ValueError as error:
            message = _("Write a date as 2016, 2016-10 or 2016-10-25.")
            raise forms.ValidationError(message) from error


class PartialDateFilter(django_filters.Filter):
    field_class = PartialDateField


class KindFilter(django_filters.MultipleChoiceFilter):
    """Any of several values of a column."""

    is_facet, is_related, is_long = True, False, False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, distinct=False, widget=Values, **kwargs)

    def filter(self, qs, value):
        return qs.filter(**{f"{self.field_name}__in": value}) if value else qs


class Record(NamedTuple):
    """A record that was chosen by its code."""

    facet: str
    pk: int
    code: str
    title_en: str
    title_kk: str
    title_ru: str


class CodesField(forms.Field):
    """Codes or slugs; the form makes records of them, those of all its fields in one statement."""

    widget = Values

    def __init__(self, *, records, code, **kwargs):
        self.records, self.code = records, code
        super().__init__(**kwargs)

    def rows(self, name, codes):
        titles = {f"in_{language}": F(f"title_{language}") for language in CODES}
        found = self.records().filter(**{f"{self.code}__in": codes}).order_by()
        columns = ("facet", "key", "by_code", *titles)
        return found.annotate(
            facet=Value(name, CharField()), key=F("pk"), by_code=F(self.code), **titles
        ).values_list(*columns)


class RelatedFilter(django_filters.Filter):
    """Records linked to any of the given ones, by code or slug, without doubling rows.

    ``is_long``: a list shows the options that most records have, and the others when asked.
    """

    field_class = CodesField
    is_facet = is_related = True

    def __init__(self, path, *, records, code="slug", is_long=False, **kwargs):
        self.records, self.code, self.is_long = records, code, is_long
        super().__init__(field_name=path, records=records, code=code, **kwargs)

    def filter(self, qs, values):
        if not values:
            return qs
        keys = [value.pk for value in values]
        seen = through_public(qs.model, self.field_name)
        matching = qs.model._base_manager.filter(**{f"{self.field_name}__in": keys}, **seen)
        return qs.filter(pk__in=matching.values("pk"))


class OwnFilter(RelatedFilter):
    """A record's own code on the list of its own kind: no facet, every row would be an option."""

    is_facet = False


class FilterForm(forms.Form):
    def clean(self):
        self.find_chosen()
        start, end = self.cleaned_data.get("from"), self.cleaned_data.get("to")
        if start and end and start > end:
            self.add_error("to", _("The end lies before the start."))

    def find_chosen(self):
        """Codes become records; one that stands for none is told."""
        chosen = {
            name: self.cleaned_data[name]
            for name, field in self.fields.items()
            if isinstance(field, CodesField) and self.cleaned_data.get(name)
        }
        rows = united([self.fields[name].rows(name, codes) for name, codes in chosen.items()])
        known = {(record.facet, record.code): record for record in map(Record._make, rows)}
        for name, codes in chosen.items():
            wrong = [code for code in codes if (name, code) not in known]
            self.cleaned_data[name] = [record for (n, _c), record in known.items() if n == name]
            if wrong:
                message = forms.ModelMultipleChoiceField.default_error_messages["invalid_choice"]
                self.add_error(name, message % {"value": wrong[0]})


class PageFilter(Facets, django_filters.FilterSet):
    """``q``, ``from``, ``to`` and ``sort`` for any kind; subclasses add the facets.

    Invalid values give no rows and an entry in ``messages``; they never raise.
    """

    #: parameter → columns; the first is the order without ``sort``.
    orders = {"title": ["title"], "-title": ["-title"]}
    dated = False

    class Meta:
        fields = []
        form = FilterForm

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.asked_at = state()  # before anything of the content is read

    @classmethod
    def get_filters(cls):
        filters = super().get_filters()
        filters["q"] = django_filters.CharFilter(
            method="filter_text", label=_("Words"), max_length=LONGEST_QUERY
        )
        if cls.dated:
            bounds = {"from": (_("From"), earliest), "to": (_("To"), latest)}
            for name, (label, bound) in bounds.items():
                filters[name] = PartialDateFilter(
                    field_name=name, method="filter_period", label=label, bound=bound
                )
        filters["sort"] = django_filters.ChoiceFilter(
            method="filter_order", label=_("Order"), choices=[(o, o) for o in cls.orders]
        )
        return filters

    @cached_property
    def qs(self):
        if self.is_wrong:
            return self.queryset.none()
        return self.in_order(super().qs)

    @cached_property
    def messages(self) -> dict[str, list[str]]:
        """parameter → what is wrong with its value."""
        found = {name: [str(e) for e in errors] for name, errors in self.form.errors.items()}
        for name in CONTRACT:
            if name not in self.filters and name != "page" and any(self.values(name)):
                found[name] = [gettext("This list cannot be filtered by it.")]
        return found

    def filter_text(self, queryset, _name, text):
        return matching(queryset, text)

    def filter_period(self, queryset, name, day):
        return queryset.filter(overlapping(day, None) if name == "from" else overlapping(None, day))

    def filter_order(self, queryset, _name, _value):
        return queryset

    def in_order(self, queryset):
        order = self.form.cleaned_data.get("sort") or next(iter(self.orders))
        columns = []
        for column in self.orders[order]:
            falling, name = column.startswith("-"), column.lstrip("-")
            expression = in_alphabet(name) if name == "title" else F(name)
            columns.append(
                expression.desc(nulls_last=True) if falling else expression.asc(nulls_last=True)
            )
        return queryset.order_by(*columns, "slug")


class SourceFilter(PageFilter):
    dated = True
    orders = {"title": ["title"], "-date": ["-latest"], "date": ["earliest"]}
    kind = KindFilter(field_name="kind", choices=Source.Kind.choices, label=_("Kind"))

    class Meta(PageFilter.Meta):
        model = Source
