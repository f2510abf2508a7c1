"""Made records of every kind that a story leads to, in fitting proportion, written in bulk."""

import datetime
import json
from calendar import monthrange
from collections.abc import Callable
from itertools import accumulate
from random import Random

from django.contrib.contenttypes.models import ContentType

from programmes.models import Indicator, Observation, Partner, Programme, Region
from stories.models import Consent, Story, Subject
from timeline.models import Milestone
from unicef_kz.content.languages import CODES
from unicef_kz.content.models import Citation, Source
from unicef_kz.content.publishing import Status

from .tables import Table, finish
from .words import TOPICS, Writer, paragraphs

#: Thirty years. Fixed, so that the same seed makes the same records in every year.
FIRST, DAYS = datetime.date(1996, 1, 1), 10950
#: Of a hundred stories or milestones these are not public.
HIDDEN = {0: Status.DRAFT, 1: Status.DRAFT, 2: Status.REVIEW, 3: Status.WITHDRAWN}
AREAS = 5
#: For a database without regions. The bundled record has all of them.
REGIONS = (
    ("KZ-71", "Astana", "Астана", "Астана"),
    ("KZ-75", "Almaty", "Алматы", "Алматы"),
    ("KZ-79", "Shymkent", "Шымкент", "Шымкент"),
    ("KZ-11", "Akmola Region", "Ақмола облысы", "Акмолинская область"),
    ("KZ-35", "Karaganda Region", "Қарағанды облысы", "Карагандинская область"),
    ("KZ-39", "Kostanay Region", "Қостанай облысы", "Костанайская область"),
    ("KZ-43", "Kyzylorda Region", "Қызылорда облысы", "Кызылординская область"),
    ("KZ-61", "Turkistan Region", "Түркістан облысы", "Туркестанская область"),
)


def in_languages(**texts: dict[str, str]) -> dict[str, str]:
    """Columns of translated fields; the one without a language is that of the first."""
    columns = {f"{name}_{code}": text[code] for name, text in texts.items() for code in CODES}
    return columns | {name: text[CODES[0]] for name, text in texts.items()}


def same(text: str) -> dict[str, str]:
    return dict.fromkeys(CODES, text)


class Choice:
    """Keys of which the first are chosen most often, as some regions and programmes lead."""

    def __init__(self, random: Random, keys: list[int]):
        self.random, self.keys = random, keys
        self.weights = list(accumulate(1 / (place + 2) for place in range(len(keys))))

    def some(self, most: int) -> list[int]:
        number = self.random.randint(1, most)
        found = self.random.choices(self.keys, cum_weights=self.weights, k=number)
        return list(dict.fromkeys(found))


class Maker:
    """``stories`` of them, a twentieth as many milestones, the others in slower growth."""

    def __init__(self, stories: int, seed: int = 1, report: Callable = lambda done: None):
        self.stories, self.report = stories, report
        self.random = Random(seed)
        self.writer = Writer(self.random)
        self.tables: dict[type, Table] = {}

    def make(self) -> dict[str, int]:
        """Returns how many rows of each kind were written. Wants to be inside a transaction."""
        n = self.stories
        self.regions = Choice(self.random, self.all_regions())
        self.sources = [self.source(i) for i in range(round(n**0.6))]
        self.partners = Choice(self.random, [self.partner(i) for i in range(round(n**0.45))])
        self.programmes = Choice(self.random, self.all_programmes(round(n**0.4)))
        self.figures = Choice(self.random, [self.figure(i) for i in range(round(n**0.3))])
        for number in range(n // 20):
            self.milestone(number)
        for number in range(n):
            self.story(number)
            if number % 1000 == 999:
                self.report(number + 1)
        finish(list(self.tables.values()))
        return {
            str(model._meta.verbose_name_plural): table.written
            for model, table in self.tables.items()
            if not model._meta.auto_created
        }

    def add(self, model, **values) -> int:
        if model not in self.tables:
            self.tables[model] = Table(model)
        return self.tables[model].add(**values)

    def link(self, model, key: int, relation: str, targets: list[int]) -> None:
        field = model._meta.get_field(relation)
        for target in targets:
            columns = {field.m2m_column_name(): key, field.m2m_reverse_name(): target}
            self.add(field.remote_field.through, **columns)

    # What pages have in common

    def page(self, model, number: int, day: datetime.date, **values) -> int:
        """What others rest on is all public; a few stories and milestones are not."""
        sentences = self.writer.sentences(2, day.year)
        moment = f"{day} 06:00:00"
        hidden = HIDDEN if model in (Story, Milestone) else {}
        status = hidden.get(number % 100, Status.PUBLISHED)
        was_public = status in (Status.PUBLISHED, Status.WITHDRAWN)
        texts = {"summary": {code: " ".join(s) for code, s in sentences.items()}}
        if "title" not in values:
            texts["title"] = self.writer.title()
        return self.add(
            model,
            **in_languages(**texts),
            **values,
            slug=f"made-{model._meta.model_name}-{number + 1:07}",
            source_language=self.random.choice(CODES),
            status=status.value,
            publish_at=moment if was_public else None,
            created_at=moment,
            updated_at=moment,
        )

    def day(self) -> datetime.date:
        return FIRST + datetime.timedelta(days=self.random.randrange(DAYS))

    def dated(self, day: datetime.date) -> dict:
        """To the day as a rule, sometimes to the month or the year only."""
        kind = self.random.random()
        if kind < 0.8:
            return {"date": str(day), "earliest": str(day), "latest": str(day)}
        if kind < 0.95:
            last = monthrange(day.year, day.month)[1]
            month = f"{day:%Y-%m}"
            return {"date": month, "earliest": f"{month}-01", "latest": f"{month}-{last}"}
        year = str(day.year)
        return {"date": year, "earliest": f"{year}-01-01", "latest": f"{year}-12-31"}

    def body(self, sentences: int, day: datetime.date) -> dict[str, str]:
        texts = self.writer.sentences(sentences, day.year)
        if self.random.random() < 1 / 500:
            for code, rare in self.writer.rare().items():
                texts[code].append(rare)
        return {code: paragraphs(text) for code, text in texts.items()}

    def cite(self, model, key: int) -> None:
        self.add(
            Citation,
            content_type_id=ContentType.objects.get_for_model(model).pk,
            object_id=key,
            source_id=self.random.choice(self.sources),
            locator=f"p. {self.random.randint(1, 90)}",
            **in_languages(says=same("")),
        )

    # Kinds

    def all_regions(self) -> list[int]:
        if not Region.objects.exists():
            for iso, en, kk, ru in REGIONS:
                names = {"title_en": en, "title_kk": kk, "title_ru": ru, "summary_en": f"{en}."}
                region = Region(iso=iso, slug=f"made-region-{iso.lower()}", **names)
                region.save()
                region.publish(actor=None, basis="made for measuring")
        return list(Region.objects.public().order_by("iso").values_list("pk", flat=True))

    def source(self, number: int) -> int:
        day = self.day()
        period = self.dated(day)
        return self.page(
            Source,
            number,
            day,
            kind=self.random.choice(Source.Kind.values),
            language=self.random.choice(CODES),
            publisher="UNICEF",
            published=period.pop("date"),
            **period,
        )

    def partner(self, number: int) -> int:
        name = {"en": "Partner", "kk": "Серіктес", "ru": "Партнёр"}
        title = {code: f"{word} {number + 1}" for code, word in name.items()}
        kind = self.random.choice(Partner.Kind.values)
        return self.page(Partner, number, self.day(), kind=kind, **in_languages(title=title))

    def all_programmes(self, number: int) -> list[int]:
        """The first few are areas of work, in which the others lie."""
        found = []
        for place in range(number):
            parent = self.random.choice(found[:AREAS]) if place >= AREAS else None
            found.append(self.programme(place, parent))
        return found

    def programme(self, number: int, parent: int | None) -> int:
        day, topic = self.day(), TOPICS[number % len(TOPICS)]
        titles = {code: f"{topic[i]} ({number + 1})" for i, code in enumerate(CODES)}
        key = self.page(
            Programme,
            number,
            day,
            kind=self.random.choice(("programme", "project", "pilot")) if parent else "area",
            parent_id=parent,
            start=str(day.year),
            earliest=f"{day.year}-01-01",
            **in_languages(
                title=titles,
                **{name: self.body(3, day) for name in ("challenge", "approach", "results")},
            ),
        )
        self.link(Programme, key, "above", [key, parent] if parent else [key])
        self.link(Programme, key, "regions", self.regions.some(3))
        return key

    def figure(self, number: int) -> int:
        unit = in_languages(
            unit=same("%"), population={"en": "children", "kk": "балалар", "ru": "дети"}
        )
        key = self.page(Indicator, number, self.day(), measure="percent", **unit)
        self.cite(Indicator, key)
        for year in sorted(self.random.sample(range(2006, 2026), 3)):
            self.add(
                Observation,
                indicator_id=key,
                source_id=self.random.choice(self.sources),
                value=self.random.randint(20, 99),
                date=str(year),
                earliest=f"{year}-01-01",
                latest=f"{year}-12-31",
                locator=f"p. {self.random.randint(1, 90)}",
            )
        return key

    def milestone(self, number: int) -> int:
        day = self.day()
        key = self.page(
            Milestone,
            number,
            day,
            kind=self.random.choice(Milestone.Kind.values),
            significance=self.random.choices((1, 2, 3), (6, 3, 1))[0],
            **self.dated(day),
            **in_languages(body=self.body(3, day)),
        )
        self.cite(Milestone, key)
        self.link_all(Milestone, key)
        return key

    def story(self, number: int) -> int:
        day = self.day()
        body, standfirst = self.body(6, day), self.writer.sentences(1, day.year)
        key = self.page(
            Story,
            number,
            day,
            kind=self.random.choices(Story.Kind.values, (5, 3, 1))[0],
            **self.dated(day),
            **in_languages(
                body=body, standfirst={code: text[0] for code, text in standfirst.items()}
            ),
        )
        if self.random.random() < 0.3:
            self.cite(Story, key)
        self.link_all(Story, key)
        if self.random.random() < 0.3:
            self.link(Story, key, "figures", self.figures.some(2))
        self.people(key, day)
        return key

    def link_all(self, model, key: int) -> None:
        self.link(model, key, "regions", self.regions.some(2))
        self.link(model, key, "programmes", self.programmes.some(3))
        self.link(model, key, "partners", self.partners.some(3))

    def people(self, story: int, day: datetime.date) -> None:
        """Mostly without a name. One in fifty can be recognised; for one in ten of these the
        consent has ended, so its story stays hidden.
        """
        chance = self.random.random()
        identity = Subject.Identity.IDENTIFIED if chance < 0.02 else Subject.Identity.UNNAMED
        label = {"en": "A teenager", "kk": "Жасөспірім", "ru": "Подросток"}
        subject = self.add(
            Subject,
            story_id=story,
            identity=identity.value,
            is_child=chance < 0.6,
            age_band="adolescent" if chance < 0.6 else "adult",
            circumstances=json.dumps([]),
            **in_languages(label=label),
        )
        if identity == Subject.Identity.IDENTIFIED:
            self.consent(subject, day, "2000-01-01" if chance < 0.002 else "2099-12-31")

    def consent(self, subject: int, day: datetime.date, expires: str) -> None:
        self.add(
            Consent,
            subject_id=subject,
            guardian_agreed_on=str(day),
            child_agreed_on=str(day),
            explained=True,
            channel_web=True,
            medium_text=True,
            expires_on=expires,
            **{f"language_{code}": True for code in CODES},
        )
