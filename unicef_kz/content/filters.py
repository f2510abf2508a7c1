"""Filters of the lists. The same names mean the same everywhere; see the contract in README.md."""

import django_filters
from django import forms
from django.db.models import F
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .dates import earliest, latest, overlapping
from .facets import CONTRACT, Facets
from .languages import in_alphabet
from .models import Source
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

    def __init__(self, *args, **kwargs):
        super().__init__(*args, distinct=False, widget=Values, **kwargs)
        self.path, self.label_path = self.field_name, None

    def filter(self, qs, value):
        return qs.filter(**{f"{self.field_name}__in": value}) if value else qs


class RelatedFilter(django_filters.ModelMultipleChoiceFilter):
    """Records linked to any of the given ones, by code or slug, without doubling rows."""

    def __init__(self, path, *, code="slug", **kwargs):
        self.path, self.label_path = f"{path}__{code}", f"{path}__title"
        super().__init__(
            field_name=path, to_field_name=code, distinct=False, widget=Values, **kwargs
        )

    def filter(self, qs, values):
        if not values:
            return qs
        keys = [value.pk for value in values]
        seen = self.only_through_public(qs.model)
        matching = qs.model._base_manager.filter(**{f"{self.field_name}__in": keys}, **seen)
        return qs.filter(pk__in=matching.values("pk"))

    def only_through_public(self, model) -> dict:
        """So that no hidden programme, region or value on the way ties two public records."""
        conditions, names = {}, self.field_name.split("__")
        for depth, name in enumerate(names[:-1], 1):
            model = model._meta.get_field(name).related_model
            if hasattr(model.objects, "public"):
                conditions["__".join(names[:depth]) + "__in"] = model.objects.public()
        return conditions


class OwnFilter(RelatedFilter):
    """A record's own code on the list of its own kind: no facet, every row would be an option."""

    def __init__(self, path, **kwargs):
        super().__init__(path, **kwargs)
        self.label_path = ""


class FilterForm(forms.Form):
    def clean(self):
        start, end = self.cleaned_data.get("from"), self.cleaned_data.get("to")
        if start and end and start > end:
            self.add_error("to", _("The end lies before the start."))


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
