"""What stands around the rows of a list: options with counts, chips, addresses, orders."""

from array import array
from urllib.parse import urlencode

from django.db.models import CharField, Count, F, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast
from django.utils.functional import cached_property
from django.utils.translation import get_language, pgettext_lazy

from .kept import Kept
from .languages import alphabet_key, chain, current_language, shown

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
#: What else the address of a page, a file or the data may carry; other names reach no view.
PARAMETERS = (
    *CONTRACT,
    *("lang", "format", "cursor", "page_size", "bom", "show", "year", "download", "p"),
)
#: In each process: the counts around so many lists, and so many keys of rows (8 bytes each).
COUNTS, KEYS = Kept(512), Kept(2_000_000, weigh=len)
ORDERS = {
    "title": pgettext_lazy("order", "Title, A to Z"),
    "-title": pgettext_lazy("order", "Title, Z to A"),
    "date": pgettext_lazy("order", "Oldest first"),
    "-date": pgettext_lazy("order", "Newest first"),
    "structure": pgettext_lazy("order", "By area of work"),
}


class Facets:
    """For a FilterSet; a filter with a ``label_path`` other than "" is a facet."""

    names = " ".join(CONTRACT)
    #: Of a facet with more options than many, those with the fewest records are left out.
    many_options, fewest = 20, 2

    def values(self, name: str) -> list[str]:
        return [value for value in self.data.getlist(name) if value.strip()]

    def query(self, drop=None, **replace) -> str:
        """The filters as a query string, always in the same order, without the page."""
        pairs = self.pairs(drop, **replace)
        if page := replace.get("page"):
            pairs.append(("page", page))
        return "?" + urlencode(pairs) if pairs else "?"

    def pairs(self, drop=None, **replace) -> list[tuple[str, str]]:
        """(parameter, value) of the filters in the order of the contract, without the page."""
        pairs = []
        for name in CONTRACT:
            values = [replace[name]] if name in replace else sorted({*self.values(name)})
            pairs += [(name, v) for v in values if v and (name, v) != drop and name != "page"]
        return pairs

    @property
    def facet_filters(self) -> dict:
        return {name: f for name, f in self.filters.items() if getattr(f, "label_path", "") != ""}

    @property
    def question(self) -> tuple:
        """What the rows of the list and the counts beside it depend on, besides the content."""
        return self._meta.model, get_language(), tuple(self.pairs())

    @cached_property
    def keys(self) -> array:
        """The primary keys of all rows in their order: any page costs what the first does."""
        if self.messages:
            return array("q")
        return KEYS.get(self.question, lambda: array("q", self.qs.values_list("pk", flat=True)))

    @cached_property
    def facets(self) -> list[dict]:
        """Each facet with its options and how many records each would give.

        An option counts what every other filter leaves; those of its own facet widen the list, so
        they do not narrow it here. A chosen option stays, even where it leads to nothing.
        """
        return COUNTS.get(("facets", self.question), self._facets)

    def _facets(self) -> list[dict]:
        """In one statement."""
        counts = [self._counts(name, f) for name, f in self.facet_filters.items()]
        if not counts:
            return []
        rows = counts[0].union(*counts[1:], all=True) if counts[1:] else counts[0]
        options = {name: [] for name in self.facet_filters}
        for name, code, label, number in rows:
            label = self._choice_label(name, code) if label is None else label
            options[name].append(self._option(name, code, label, number))
        for name, found in options.items():
            found += self._chosen_for_nothing(name, {option["code"] for option in found})
            found.sort(key=lambda o: (-o["n"], alphabet_key(o["label"], chain()[0])))
            # An option for one record is no help in a long list; kinds are told apart by all.
            if len(found) > self.many_options and self.filters[name].label_path:
                found[self.many_options :] = [
                    option
                    for option in found[self.many_options :]
                    if option["n"] >= self.fewest or option["chosen"]
                ]
        return [
            {"name": name, "label": self.filters[name].label, "options": found}
            for name, found in options.items()
            if found
        ]

    def _option(self, name, code, label, number) -> dict:
        return {"code": code, "label": label, "n": number, "chosen": code in self.values(name)}

    def _chosen_for_nothing(self, name, known) -> list[dict]:
        return [
            self._option(name, code, label, 0)
            for (parameter, code), label in self._chosen_labels.items()
            if parameter == name and code not in known
        ]

    @cached_property
    def public_rows(self):
        """As SQL that was written once: for stories, consent makes it a long condition."""
        model = self._meta.model
        sql, parameters = model.objects.public().order_by().values("pk").query.sql_with_params()
        return model._base_manager.order_by().filter(pk__in=RawSQL(sql, parameters))

    def left_by_others(self, name):
        """The public records that every filter but this one leaves; all of them after an error."""
        rows = self.public_rows
        if self.messages:
            return rows
        for other, value in self.form.cleaned_data.items():
            if other not in (name, "sort") and value:
                rows = self.filters[other].filter(rows, value)
        return rows

    def _counts(self, name, facet):
        rows = self.left_by_others(name)
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

    def _choice_label(self, name, code) -> str:
        return str(dict(self.filters[name].extra["choices"]).get(code, code))

    @cached_property
    def _chosen_labels(self) -> dict:
        """(parameter, value) → the name of each valid value that was chosen."""
        labels = {}
        self.form.is_valid()  # so that what is valid has been cleaned
        for name, chosen in self.filters.items():
            for value in self.form.cleaned_data.get(name) or () if hasattr(chosen, "path") else ():
                if chosen.label_path is None:
                    labels[name, value] = self._choice_label(name, value)
                else:
                    code = str(getattr(value, chosen.extra["to_field_name"]))
                    labels[name, code] = shown(value, "title")[0]
        return labels

    @cached_property
    def chips(self) -> list[dict]:
        """The active filters, each with the address of the list without it."""
        chips = []
        for name in CONTRACT:
            if name in ("sort", "page"):
                continue
            label = self.filters[name].label if name in self.filters else name
            for value in dict.fromkeys(self.values(name)):
                chips.append(
                    {
                        "parameter": name,
                        "name": label,
                        "value": self._chosen_labels.get((name, value), value[:60]),
                        "without": self.query(drop=(name, value)),
                    }
                )
        return chips

    @property
    def sort_options(self) -> list[dict]:
        chosen = self.form["sort"].value() or next(iter(self.orders))
        return [{"code": o, "label": ORDERS[o], "chosen": o == chosen} for o in self.orders]
