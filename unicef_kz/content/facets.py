"""What stands around the rows of a list: options with counts, chips, addresses, orders."""

from array import array
from functools import reduce
from operator import or_
from urllib.parse import urlencode

from django.utils.functional import cached_property
from django.utils.translation import get_language, pgettext_lazy

from .kept import OPTIONS, SETS, public_keys
from .keysets import among, key_set, places
from .languages import CODES, alphabet_key, chain, shown
from .options import Options, read

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
    *("lang", "format", "cursor", "page_size", "bom", "show", "year", "all", "download", "p"),
)
ORDERS = {
    "best": pgettext_lazy("order", "Best match first"),
    "title": pgettext_lazy("order", "Title, A to Z"),
    "-title": pgettext_lazy("order", "Title, Z to A"),
    "date": pgettext_lazy("order", "Oldest first"),
    "-date": pgettext_lazy("order", "Newest first"),
    "structure": pgettext_lazy("order", "By area of work"),
}


def options_of(filtersets) -> dict[type["Facets"], dict[str, Options]]:
    """As each process keeps them; those that it does not know yet are read together."""
    return OPTIONS.get_all(filtersets, missing_options)


def missing_options(filtersets) -> dict:
    public = public_keys([one._meta.model for one in filtersets])
    found = read([each for one in filtersets for each in one.optional()], public)
    return {one: found.get(one._meta.model, {}) for one in filtersets}


class Facets:
    """For a FilterSet; a filter that ``is_facet`` is one."""

    names = " ".join([*CONTRACT, "show", "year", "all"])
    #: Of a long facet so many options, those with the most records; all of them on demand.
    most_options = 14

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
        return {name: f for name, f in self.filters.items() if getattr(f, "is_facet", False)}

    @property
    def is_wrong(self) -> bool:
        """Whether a filter has an invalid value; a page that is not there is none."""
        return any(name != "page" for name in self.messages)

    @property
    def question(self) -> tuple:
        """What the rows of the list and the counts beside it depend on, besides the content."""
        return self._meta.model, get_language(), tuple(self.pairs())

    @property
    def form_key(self) -> tuple | None:
        """What the form of filters depends on; None where it says what is wrong."""
        if self.messages:
            return None
        sent = [(name, *values) for name, values in self.data.lists() if name != "page"]
        return "form", self.asked_at, self._meta.model, get_language(), *sent

    @cached_property
    def keys(self) -> array:
        """The primary keys of all rows in their order: any page costs what the first does."""
        if self.is_wrong:
            return array("q")
        return SETS.get(self.question, self._keys)

    def _keys(self) -> array:
        left = self.left()
        if left == self.public_keys:
            return self.all_keys
        key = "places", *self.ordered
        return among(self.all_keys, left, lambda: SETS.get(key, lambda: places(self.all_keys)))

    @property
    def all_keys(self) -> array:
        """Of every public record, in the chosen order."""
        key, records = self.ordered, self._meta.model.objects.public()
        return SETS.get(
            key, lambda: array("q", self.in_order(records).values_list("pk", flat=True))
        )

    @property
    def ordered(self) -> tuple:
        """What the order of the rows depends on."""
        self.form.is_valid()  # so that what is valid has been cleaned
        order = self.form.cleaned_data.get("sort") or next(iter(self.orders))
        return self._meta.model, get_language() if "title" in order else "", order

    @property
    def public_keys(self) -> int:
        """As ``kept.public_keys``, from the keys in order that the list reads anyway."""
        return SETS.get(("public", self._meta.model), lambda: key_set(self.all_keys))

    def left(self, but="") -> int:
        """The public records that the filters leave, one of them set aside."""
        found = self.public_keys
        for name, value in self.form.cleaned_data.items():
            if name not in (but, "sort") and value:
                found &= self._found_by(name, value)
        return found

    def _found_by(self, name, value) -> int:
        if name in self.options:
            options = self.options[name]
            chosen = (options.get(code) for code in self.values(name))
            return reduce(or_, (option[1] for option in chosen if option), 0)
        public = self._meta.model.objects.public().order_by()
        rows = self.filters[name].filter(public, value).values_list("pk", flat=True)
        return SETS.get((name, self._meta.model, *self.values(name)), lambda: key_set(rows))

    @classmethod
    def optional(cls) -> list[tuple]:
        """(model, parameter, filter) for each whose values are known."""
        filters = cls.base_filters.items()
        return [(cls._meta.model, name, f) for name, f in filters if hasattr(f, "is_related")]

    @property
    def options(self) -> dict[str, Options]:
        """By parameter."""
        return options_of([type(self)])[type(self)]

    @cached_property
    def facets(self) -> list[dict]:
        """Each facet with its options and how many records each would give.

        An option counts what every other filter leaves; those of its own facet widen the list, so
        they do not narrow it here. A chosen option stays, even where it leads to nothing.
        """
        facets = [self._facet(name) for name in self.facet_filters]
        return [facet for facet in facets if facet["options"] or facet["errors"]]

    def _facet(self, name) -> dict:
        options = self._counted_options(name)
        is_open = name in self.values("all")
        few = self.most_options if self.filters[name].is_long and not is_open else len(options)
        return {
            "name": name,
            "label": self.filters[name].label,
            "options": options[:few] + [o for o in options[few:] if o["chosen"]],
            "total": len(options),
            "is_open": is_open,
            "errors": self.messages.get(name),
        }

    def _counted_options(self, name) -> list[dict]:
        found = [self._option(name, *option) for option in self.numbers(name) if option[2] != 0]
        found += self._chosen_for_nothing(name, {option["code"] for option in found})
        language = chain()[0]
        found.sort(key=lambda o: (-(o["n"] or 0), alphabet_key(o["label"], language)))
        return found

    def numbers(self, name):
        """(code, label, number) of each option; a number that nobody knows is None."""
        left = self.public_keys if self.is_wrong else self.left(but=name)
        for code, (titles, keys) in self.options[name].items():
            yield code, self._label(name, code, titles), (keys & left).bit_count()

    def _option(self, name, code, label, number) -> dict:
        return {"code": code, "label": label, "n": number, "chosen": code in self.values(name)}

    @cached_property
    def _places(self) -> list[int]:
        """Of the titles, the reader's language first."""
        return [CODES.index(code) for code in chain()]

    def _label(self, name, code, titles) -> str:
        if not self.filters[name].is_related:
            return self._choice_label(name, code)
        return next((titles[place] for place in self._places if titles[place]), "")

    def _chosen_for_nothing(self, name, known) -> list[dict]:
        return [
            self._option(name, code, label, 0)
            for (parameter, code), label in self._chosen_labels.items()
            if parameter == name and code not in known
        ]

    def _choice_label(self, name, code) -> str:
        return str(dict(self.filters[name].extra["choices"]).get(code, code))

    @cached_property
    def _chosen_labels(self) -> dict:
        """(parameter, value) → the name of each valid value that was chosen."""
        labels = {}
        self.form.is_valid()  # so that what is valid has been cleaned
        for _model, name, chosen in self.optional():
            for value in self.form.cleaned_data.get(name) or ():
                if not chosen.is_related:
                    labels[name, value] = self._choice_label(name, value)
                else:
                    labels[name, value.code] = shown(value, "title")[0]
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


def page_links(filters: Facets, page) -> dict:
    """For ``includes/pages.html``: the addresses of the pages around one, of the first and last."""
    last = page.paginator.num_pages
    others = range(max(1, page.number - 2), min(last, page.number + 2) + 1)
    return {
        "pages": [(number, filters.query(page=number)) for number in others],
        "first_page": filters.query(page=1),
        "last_page": filters.query(page=last),
    }
