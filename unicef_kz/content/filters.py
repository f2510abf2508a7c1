"""Filters of the lists. The same names mean the same everywhere; see the contract in README.md."""

from urllib.parse import urlencode

import django_filters
from django import forms
from django.db.models import CharField, Count, F, Q, Value
from django.db.models.functions import Cast
from django.utils.functional import cached_property
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from .dates import earliest, latest, overlapping
from .languages import CODES, alphabet_key, chain, current_language, in_alphabet, shown
from .models import Source

#: Every list accepts these; one that means nothing for its kind gives no rows.
CONTRACT = [
    "q",
    "programme",
    "cycle",
    "region",
    "partner",
    "kind",
    "from",
    "to",
    "sdg",
    "status",
    "sort",
    "page",
]
LONGEST_QUERY = 200
MANY_OPTIONS = 20


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


class PageFilter(django_filters.FilterSet):
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
        if self.messages:
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

    def values(self, name: str) -> list[str]:
        return [value for value in self.data.getlist(name) if value.strip()]

    def filter_text(self, queryset, _name, text):
        for word in text.split():
            match = Q()
            for code in CODES:
                match |= Q(**{f"title_{code}__folded": word})
                match |= Q(**{f"summary_{code}__folded": word})
            queryset = queryset.filter(match)
        return queryset

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

    # For the page around the rows

    @property
    def facet_filters(self) -> dict:
        return {name: f for name, f in self.filters.items() if getattr(f, "label_path", "") != ""}

    @cached_property
    def facets(self) -> list[dict]:
        """Each facet with its options and how many public records each has; one statement."""
        counts = [self._counts(name, f) for name, f in self.facet_filters.items()]
        if not counts:
            return []
        rows = counts[0].union(*counts[1:], all=True) if counts[1:] else counts[0]
        options = {name: [] for name in self.facet_filters}
        for name, code, label, number in rows:
            chosen = code in self.values(name)
            label = self._choice_label(name, code) if label is None else label
            options[name].append({"code": code, "label": label, "n": number, "chosen": chosen})
        for values in options.values():
            values.sort(key=lambda o: (-o["n"], alphabet_key(o["label"], chain()[0])))
            if len(values) > MANY_OPTIONS:  # an option for one record is no help in a long list
                values[:] = [o for o in values if o["n"] > 1 or o["chosen"]]
        return [
            {"name": name, "label": self.filters[name].label, "options": values}
            for name, values in options.items()
            if values
        ]

    @cached_property
    def public_rows(self):
        """Built once: for stories, consent makes it a long condition."""
        return self._meta.model.objects.public().order_by()

    def _counts(self, name, facet):
        rows = self.public_rows
        if facet.label_path:
            options = {f"{facet.field_name}__in": facet.get_queryset(self.request)}
            rows = rows.filter(**options, **facet.only_through_public(self._meta.model))
            label = current_language(facet.label_path)
        else:
            label = Cast(Value(None), CharField())
        return (
            rows.annotate(
                facet=Value(name, CharField()), code=Cast(F(facet.path), CharField()), label=label
            )
            .values_list("facet", "code", "label")
            .annotate(n=Count("pk", distinct=True))
            .order_by()
        )

    def _choice_label(self, name, code):
        return str(dict(self.filters[name].extra["choices"]).get(code, code))

    @cached_property
    def chips(self) -> list[dict]:
        """The active filters, each with the address of the list without it."""
        labels = self._labels()
        chips = []
        for name in CONTRACT:
            if name in ("sort", "page"):
                continue
            label = self.filters[name].label if name in self.filters else name
            for value in dict.fromkeys(self.values(name)):
                chips.append(
                    {
                        "name": label,
                        "value": labels.get((name, value), value[:60]),
                        "without": self.query(drop=(name, value)),
                    }
                )
        return chips

    def _labels(self) -> dict:
        """(parameter, value) → its name, also for a value that no record has."""
        labels = {
            (facet["name"], option["code"]): option["label"]
            for facet in self.facets
            for option in facet["options"]
        }
        self.form.is_valid()  # so that what is valid has been cleaned
        for name, related in self.filters.items():
            if isinstance(related, RelatedFilter):
                for record in self.form.cleaned_data.get(name) or ():
                    code = str(getattr(record, related.extra["to_field_name"]))
                    labels[name, code] = shown(record, "title")[0]
        return labels

    def query(self, drop=None, **replace) -> str:
        """The filters as a query string in a fixed order, without the page."""
        pairs = []
        for name in CONTRACT:
            values = [replace[name]] if name in replace else self.values(name)
            pairs += [(name, v) for v in values if v and (name, v) != drop and name != "page"]
        if page := replace.get("page"):
            pairs.append(("page", page))
        return "?" + urlencode(pairs) if pairs else "?"

    @property
    def sort_options(self) -> list[dict]:
        names = {
            "title": pgettext_lazy("order", "Title, A to Z"),
            "-title": pgettext_lazy("order", "Title, Z to A"),
            "date": pgettext_lazy("order", "Oldest first"),
            "-date": pgettext_lazy("order", "Newest first"),
            "structure": pgettext_lazy("order", "By area of work"),
        }
        chosen = self.form["sort"].value() or next(iter(self.orders))
        return [{"code": o, "label": names[o], "chosen": o == chosen} for o in self.orders]


class SourceFilter(PageFilter):
    dated = True
    orders = {"title": ["title"], "-date": ["-latest"], "date": ["earliest"]}
    kind = KindFilter(field_name="kind", choices=Source.Kind.choices, label=_("Kind"))

    class Meta(PageFilter.Meta):
        model = Source
