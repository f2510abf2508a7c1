"""The kinds of public records, by the name that they have in addresses."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from programmes.views import FigureList, PartnerList, ProgrammeList, RegionList
from stories.views import StoryList
from timeline.views import Timeline
from unicef_kz.content.filters import PageFilter
from unicef_kz.content.publishing import Page
from unicef_kz.content.views import PageList, SourceList

#: The forms that records leave in, and their media types.
MEDIA_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


@dataclass(frozen=True)
class Kind:
    name: str
    list_view: type[PageList]

    @property
    def model(self) -> type[Page]:
        return self.list_view.model

    @property
    def code(self) -> str:
        """As the search and the cards name it."""
        return self.model._meta.model_name

    @property
    def filterset_class(self) -> type[PageFilter]:
        return self.list_view.filterset_class

    @property
    def list_name(self) -> str:
        return f"{self.model._meta.app_label}:{self.code}_list"

    @property
    def list_address(self) -> str:
        """In the active language."""
        return self.model.list_address()

    @property
    def data_address(self) -> str:
        return reverse(f"api:{self.name}")

    def record_address(self, slug: str) -> str:
        return reverse(f"api:{self.name}-record", args=[slug])

    def files(self, slug="", pairs=()) -> dict[str, str]:
        """Form → address of the records that ``pairs`` of parameters choose, or of a single one."""
        address = self.record_address(slug) if slug else self.data_address
        return {form: f"{address}?{urlencode([*pairs, ('format', form)])}" for form in MEDIA_TYPES}


KINDS = {
    name: Kind(name, view)
    for name, view in (
        ("programmes", ProgrammeList),
        ("partners", PartnerList),
        ("regions", RegionList),
        ("figures", FigureList),
        ("milestones", Timeline),
        ("stories", StoryList),
        ("sources", SourceList),
    )
}


def kind_of(model: type[Page]) -> Kind | None:
    """None for what has no list of its own, such as a standing page."""
    return next((kind for kind in KINDS.values() if kind.model is model), None)
