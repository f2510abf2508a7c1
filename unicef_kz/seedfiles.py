"""The files of the bundled record in ``unicef_kz/seed/``; the format is explained in its README."""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from django.conf import settings
from django.db import models

from programmes.models import (
    CityMembership,
    Cycle,
    Indicator,
    Observation,
    Participation,
    Partner,
    PartnerName,
    Place,
    Programme,
    Region,
    RegionName,
    Resource,
)
from stories.models import Story, Subject
from timeline.models import Milestone
from unicef_kz.content.models import Citation, Concept, Source, StandingPage
from unicef_kz.content.publishing import Page

FOLDER = Path(__file__).parent / "seed"


class SeedError(Exception):
    """Says which file and which record cannot be loaded, and why."""

    def __init__(self, kind, key, message):
        super().__init__(f"{kind}.yaml, {key}: {message}")


@dataclass(frozen=True)
class Rows:
    """A list inside an entry that becomes rows of another model."""

    model: type[models.Model]
    owner: str  # the relation back to the entry's record
    accessor: str
    renamed: dict = field(default_factory=dict)


CITATIONS = Rows(Citation, "record", "citations")


@dataclass(frozen=True)
class Kind:
    model: type[models.Model]
    rows: dict[str, Rows] = field(default_factory=dict)

    @property
    def all_rows(self) -> dict[str, Rows]:
        return ({"citations": CITATIONS} if issubclass(self.model, Page) else {}) | self.rows


KINDS = {
    "sources": Kind(Source),
    "concepts": Kind(Concept),
    "regions": Kind(Region, {"names": Rows(RegionName, "region", "names")}),
    "places": Kind(Place),
    "cycles": Kind(Cycle),
    "partners": Kind(Partner, {"names": Rows(PartnerName, "partner", "names")}),
    "programmes": Kind(
        Programme,
        {"partners": Rows(Participation, "programme", "participations", {"name": "name_at_time"})},
    ),
    "indicators": Kind(
        Indicator,
        {"observations": Rows(Observation, "indicator", "observations", {"period": "date"})},
    ),
    "milestones": Kind(Milestone),
    "stories": Kind(Story, {"subjects": Rows(Subject, "story", "subjects")}),
    "resources": Kind(Resource),
    "memberships": Kind(CityMembership),
    "pages": Kind(StandingPage),
}


def read(folder: Path, kind: str):
    path = folder / f"{kind}.yaml"
    if not path.exists():
        return None
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise SeedError(kind, "not readable", error) from error


class Seed:
    """The entries of a folder, by kind and key, with their translations."""

    def __init__(self, folder: Path = FOLDER):
        self.entries, self.translations, self.home = {}, {}, {}
        for kind in KINDS:
            self.entries[kind] = {}
            for entry in read(folder, kind) or ():
                if "id" not in entry:
                    raise SeedError(kind, str(entry)[:60], "has no id")
                self._add(kind, entry)
            for code, _name in settings.LANGUAGES:
                texts = read(folder / code, kind) or {}
                for key, text in texts.items():
                    if key not in self.entries[kind]:
                        raise SeedError(f"{code}/{kind}", key, "translates no record")
                    self.translations.setdefault((kind, key), {})[code] = text

    def _add(self, kind, entry):
        self.entries[kind][entry["id"]] = entry
        for key in (entry["id"], *entry.get("facts", ())):
            if key in self.home:
                raise SeedError(kind, entry["id"], f"{key} stands in {self.home[key][1]} already")
            self.home[key] = kind, entry["id"]

    def digest(self, kind, key) -> str:
        whole = [self.entries[kind][key], self.translations.get((kind, key), {})]
        if kind == "programmes":  # their order on the site is the order of the file
            whole.append(list(self.entries[kind]).index(key))
        return digest_of(whole)


def digest_of(value) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()
