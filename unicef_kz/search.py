"""One question to every kind of record, with the filters of the lists."""

from django.core.paginator import Paginator
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext_lazy as _

from programmes.filters import (
    FigureFilter,
    PartnerFilter,
    ProgrammeFilter,
    RegionListFilter,
)
from programmes.models import Indicator, Partner, Programme, Region
from stories.filters import StoryFilter
from stories.models import Story
from timeline.filters import MilestoneFilter
from timeline.models import Milestone
from unicef_kz.content.filters import KindFilter, PageFilter, SourceFilter
from unicef_kz.content.models import Source, StandingPage
from unicef_kz.content.search.engine import Found, find
from unicef_kz.content.search.query import Query
from unicef_kz.content.search.spelling import better

KINDS = {
    "programme": Programme,
    "story": Story,
    "milestone": Milestone,
    "indicator": Indicator,
    "region": Region,
    "partner": Partner,
    "source": Source,
    "page": StandingPage,
}
LISTS = {
    "programme": ProgrammeFilter,
    "story": StoryFilter,
    "milestone": MilestoneFilter,
    "indicator": FigureFilter,
    "region": RegionListFilter,
    "partner": PartnerFilter,
    "source": SourceFilter,
    "page": PageFilter,
}
CODES = {model: kind for kind, model in KINDS.items()}
LABELS = {
    kind: model._meta.verbose_name_plural if kind != "page" else _("Pages about this site")
    for kind, model in KINDS.items()
}
#: What narrows the records of a kind, by the filter of its own list.
NARROWING = ("programme", "cycle", "region", "partner", "from", "to", "sdg", "status")
PER_PAGE = 20
MOST_SUGGESTIONS = 8


class SearchFilter(ProgrammeFilter):
    """Reads the parameters of the contract: of all lists, that of programmes knows each of them."""

    orders = {"best": [], "-date": [], "date": []}
    facets = ()
    kind = KindFilter(field_name="kind", choices=list(LABELS.items()), label=_("Kind"))

    def __init__(self, data):
        super().__init__(data, Programme.objects.none())

    def _choice_label(self, name, code):
        return capfirst(super()._choice_label(name, code))

    @property
    def chosen(self) -> dict:
        """What is to be narrowed by; {} where a value is invalid."""
        values = {} if self.messages else self.form.cleaned_data
        return {name: values[name] for name in NARROWING if values.get(name)}

    @cached_property
    def narrowed(self) -> list[dict]:
        """The chips without that of the words, which stand in their own field."""
        return [chip for chip in self.chips if chip["parameter"] != "q"]

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What the form shows no field for."""
        names = ("programme", "cycle", "region", "partner", "sdg", "status")
        return [(name, value) for name in names for value in self.values(name)]

    @property
    def sort_options(self):
        names = {
            "best": pgettext("order", "Best match first"),
            "-date": pgettext("order", "Newest first"),
            "date": pgettext("order", "Oldest first"),
        }
        chosen = self.form["sort"].value() or "best"
        return [{"code": o, "label": names[o], "chosen": o == chosen} for o in self.orders]


class Search:
    """What a visitor asked for, and what of it may be seen."""

    def __init__(self, data):
        self.filters = SearchFilter(data)
        self.text = " ".join(data.get("q", "").split())
        self.query = Query.parse("" if self.filters.messages else self.text)
        self.kinds = self.filters.values("kind")

    def find(self, query: Query, kinds=tuple(KINDS)) -> Found:
        models = [KINDS[kind] for kind in kinds]
        narrow = self.narrow if self.filters.chosen else None
        return find(query, models, language=get_language(), narrow=narrow)

    def narrow(self, records):
        own = LISTS[CODES[records.model]]({}, records).filters
        for name, value in self.filters.chosen.items():
            if name not in own:
                return records.none()
            records = own[name].filter(records, value)
        return records

    @cached_property
    def everywhere(self) -> Found:
        """In all kinds, for the facet."""
        return self.find(self.query)

    @cached_property
    def found(self) -> Found:
        kinds = [kind for kind in self.kinds if kind in KINDS]
        if not kinds or not self.everywhere:
            return self.everywhere
        if self.everywhere.is_capped:
            return self.find(self.query, kinds)
        models = [KINDS[kind] for kind in kinds]
        return Found([hit for hit in self.everywhere.hits if hit.model in models])

    @property
    def facet(self) -> list[dict]:
        counts = self.everywhere.counts()
        return [
            {
                "code": kind,
                "label": capfirst(LABELS[kind]),
                "n": counts.get(model, 0),
                "chosen": kind in self.kinds,
            }
            for kind, model in KINDS.items()
            if model in counts or kind in self.kinds
        ]

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
        if self.everywhere or not self.query.wanted:
            return ""
        return better(self.text, lambda text: records(self.find(Query.parse(text)).hits[:PER_PAGE]))


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
