"""One question to every kind of record, with the filters of the lists."""

from functools import reduce
from operator import or_

from django.conf import settings
from django.core.paginator import Paginator
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from programmes.filters import ProgrammeFilter
from programmes.models import Programme
from unicef_kz import kinds
from unicef_kz.content.facets import options_of
from unicef_kz.content.filters import KindFilter, PageFilter
from unicef_kz.content.kept import Kept
from unicef_kz.content.keysets import key_set
from unicef_kz.content.models import StandingPage
from unicef_kz.content.options import Options
from unicef_kz.content.search.engine import Found, find
from unicef_kz.content.search.query import Query
from unicef_kz.content.search.spelling import better

#: kind → model, and the filters of its list; pages about this site have no list.
KINDS = {kind.code: kind.model for kind in kinds.KINDS.values()} | {"page": StandingPage}
LISTS = {kind.model: kind.filterset_class for kind in kinds.KINDS.values()}
LABELS = {kind: model._meta.verbose_name_plural for kind, model in KINDS.items()} | {
    "page": _("Pages about this site")
}
#: What narrows the records of a kind, by the filter of its own list.
PERIOD = ("from", "to")
RELATED = ("programme", "cycle", "region", "partner", "sdg", "status")
PER_PAGE = 20
#: Answers, by hits of a quarter of a kilobyte: the next page of one, another order, one filter more
#: or less rest on the same.
FOUND = Kept(settings.KEPT_MB * 2**10, weigh=lambda found: len(found.hits) + 1)
MOST_SUGGESTIONS = 8


class SearchFilter(ProgrammeFilter):
    """Reads the parameters of the contract: of all lists, that of programmes knows each of them.

    ``search`` says what there is to count.
    """

    orders = {"best": [], "-date": [], "date": []}
    kind = KindFilter(field_name="kind", choices=list(LABELS.items()), label=_("Kind"))

    def __init__(self, data, search):
        super().__init__(data, Programme.objects.none())
        self.search = search

    def _choice_label(self, name, code):
        return capfirst(super()._choice_label(name, code))

    @property
    def facet_filters(self):
        return {name: self.filters[name] for name in ("kind", *RELATED)}

    def numbers(self, name):
        left = self.search.pool(name)
        if name == "kind":
            for kind, model in KINDS.items():
                number = None if left is None else left.get(model, 0).bit_count()
                yield kind, self._choice_label(name, kind), number
            return
        found = {}
        for model, options in self.search.options.items():
            for code, (titles, keys) in options.get(name, {}).items():
                number = (keys & left.get(model, 0)).bit_count() if left else 0
                found[code] = titles, found.get(code, (titles, 0))[1] + number
        for code, (titles, number) in found.items():
            yield code, self._label(name, code, titles), None if left is None else number

    def chosen(self, names) -> dict:
        """What is to be narrowed by; {} where a value is invalid."""
        values = {} if self.is_wrong else self.form.cleaned_data
        return {name: values[name] for name in names if values.get(name)}

    @cached_property
    def narrowed(self) -> list[dict]:
        """The chips without that of the words, which stand in their own field."""
        return [chip for chip in self.chips if chip["parameter"] != "q"]


class Search:
    """What a visitor asked for, and what of it may be seen.

    What has the words and is of the period is found once. As long as it is not more than is looked
    at, everything else is worked out from sets of keys, the counts beside the filters included.
    """

    def __init__(self, data):
        self.filters = SearchFilter(data, self)
        self.text = " ".join(data.get("q", "").split())
        self.query = Query.parse("" if self.filters.is_wrong else self.text)
        self.kinds = [kind for kind in self.filters.values("kind") if kind in KINDS]

    def find(self, query: Query, kinds=tuple(KINDS), names=(*PERIOD, *RELATED)) -> Found:
        """``names``: the filters that apply."""
        chosen, language = self.filters.chosen(names), get_language()
        narrow = (lambda records: narrowed(records, chosen)) if chosen else None
        models = [KINDS[kind] for kind in kinds]
        values = ((name, *self.filters.values(name)) for name in chosen)
        question = query.key, tuple(kinds), language, *values
        return FOUND.get(question, lambda: find(query, models, language=language, narrow=narrow))

    @cached_property
    def whole(self) -> Found:
        """Of all kinds, whatever the period leaves."""
        return self.find(self.query, names=PERIOD)

    @cached_property
    def hits(self) -> dict[type, int]:
        return by_model(self.whole)

    @cached_property
    def found(self) -> Found:
        if not (self.kinds or self.filters.chosen(RELATED)):
            return self.whole
        if self.whole.is_capped:
            return self.find(self.query, self.kinds or KINDS)
        left = self.left()
        return Found([hit for hit in self.whole.hits if left[hit.model] >> hit.pk & 1])

    def left(self, but="") -> dict[type, int]:
        """The keys of the hits that the filters leave, one of them set aside."""
        models = [KINDS[kind] for kind in self.kinds if but != "kind"] or KINDS.values()
        left = {model: keys if model in models else 0 for model, keys in self.hits.items()}
        names = [name for name in self.filters.chosen(RELATED) if name != but]
        for name in names:
            codes = self.filters.values(name)
            left = {model: keys & self.having(model, name, codes) for model, keys in left.items()}
        return left

    @cached_property
    def options(self) -> dict[type, dict[str, Options]]:
        """By model and parameter."""
        return {one._meta.model: options for one, options in options_of(LISTS.values()).items()}

    def having(self, model, name: str, codes: list[str]) -> int:
        """The records of a kind that have one of the values."""
        options = self.options.get(model, {}).get(name, {})
        return reduce(or_, (options[code][1] for code in codes if code in options), 0)

    def pool(self, name) -> dict[type, int] | None:
        """What the options of a facet are counted in; None where there is more than was seen."""
        if self.filters.is_wrong:
            return None
        if not self.whole.is_capped:
            return self.left(but=name)
        is_free = not self.filters.values(name)
        return by_model(self.found) if is_free and not self.found.is_capped else None

    @cached_property
    def is_elsewhere(self) -> bool:
        """Whether other kinds than the chosen ones have, or may have, something."""
        return bool(self.kinds) and (self.whole.is_capped or any(self.left("kind").values()))

    def page(self, number: str):
        hits = self.found.hits
        sign = {"-date": -1, "date": 1}.get(self.filters.data.get("sort"))
        if sign:  # what has no date comes last either way
            hits = sorted(hits, key=lambda hit: (not hit.recency, sign * hit.recency))
        page = Paginator(hits, PER_PAGE).get_page(number)
        page.object_list = records(page.object_list)
        return page

    @cached_property
    def better(self) -> str:
        """The words that were probably meant where nothing was found."""
        if self.found or self.is_elsewhere or not self.query.wanted:
            return ""
        return better(self.text, lambda text: records(self.find(Query.parse(text)).hits[:PER_PAGE]))


def narrowed(public_records, chosen: dict):
    """By the filters of the list of their kind; none where it does not know one."""
    own = LISTS.get(public_records.model, PageFilter)({}, public_records).filters
    for name, value in chosen.items():
        if name not in own:
            return public_records.none()
        public_records = own[name].filter(public_records, value)
    return public_records


def by_model(found: Found) -> dict[type, int]:
    keys = {}
    for hit in found.hits:
        keys.setdefault(hit.model, []).append(hit.pk)
    return {model: key_set(found) for model, found in keys.items()}


def suggestions(text: str) -> list:
    """Public records by the beginning of their titles and names."""
    found = find(
        Query.parse(text), [*KINDS.values()], language=get_language(), only_names=True, most=200
    )
    return records(found.hits[:MOST_SUGGESTIONS])


def records(hits) -> list:
    loaded = {}
    for model in {hit.model for hit in hits}:
        keys = [hit.pk for hit in hits if hit.model is model]
        queryset = model.objects.public().filter(pk__in=keys)
        for record in queryset.prefetch_related(*model.search_related):
            loaded[model, record.pk] = record
    return [loaded[hit.model, hit.pk] for hit in hits if (hit.model, hit.pk) in loaded]
