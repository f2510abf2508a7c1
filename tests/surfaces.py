"""Every public address, once. Each sweep (leaks, queries, headers, size, axe) reads this list.

A new kind of page joins all sweeps by one line in LISTS, DETAILS, STANDING or ``others``.
"""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import override

from programmes.models import Programme
from unicef_kz.context_processors import STANDING as STANDING_PAGES
from unicef_kz.data.datasets import tables
from unicef_kz.kinds import kind_of

from . import factories as make

LANGUAGES = ("en", "kk", "ru")
#: kind of record → the name of its list
LISTS = {
    "programme": "programmes:programme_list",
    "partner": "programmes:partner_list",
    "region": "programmes:region_list",
    "indicator": "programmes:indicator_list",
    "milestone": "timeline:milestone_list",
    "story": "stories:story_list",
    "source": "content:source_list",
}
#: kind of record → the name of its page
DETAILS = {
    "programme": "programmes:programme",
    "partner": "programmes:partner",
    "region": "programmes:region",
    "indicator": "programmes:indicator",
    "milestone": "timeline:milestone",
    "story": "stories:story",
    "source": "content:source",
}
#: what follows a list, without its language
FEEDS = ("timeline/feed.atom", "timeline/calendar.ics", "stories/feed.atom")
STANDING = [slug for slug, _label in STANDING_PAGES]
#: what a list's own ``kind`` may be
KINDS = {
    "programme": "project",
    "partner": "10",
    "region": "region",
    "indicator": "percent",
    "milestone": "event",
    "story": "case",
    "source": "webpage",
}


@dataclass(frozen=True)
class Surface:
    name: str
    path: str
    status: int = 200

    def __str__(self):
        return self.name


def make_world() -> dict:
    """One public record of each kind, all related to each other, and one that was withdrawn."""
    w = {"source": make.make_source(), "region": make.make_region(iso="KZ-43")}
    w["cycle"], w["partner"] = make.make_cycle(), make.make_partner()
    w["concept"] = make.make_concept()
    w["place"] = make.make_place(region=w["region"])
    w["area"] = make.make_programme(kind="area", cycles=[w["cycle"]], concepts=[w["concept"]])
    related = {"regions": [w["region"]]}
    w["programme"] = make.make_programme(
        parent=w["area"], cycles=[w["cycle"]], concepts=[w["concept"]], **related
    )
    make.make_participation(w["programme"], w["partner"])
    related |= {"programmes": [w["programme"]], "partners": [w["partner"]]}
    w["indicator"] = make.make_indicator(
        programme=w["programme"],
        source=w["source"],
        featured=1,
        observation={"region": w["region"]},
    )
    w["milestone"] = make.make_milestone(source=w["source"], places=[w["place"]], **related)
    w["story"] = make.make_story(figures=[w["indicator"]], **related)
    w["resource"] = make.make_resource(programmes=[w["programme"]], partners=[w["partner"]])
    make.make_membership(place=w["place"], initiative=w["programme"], source=w["source"])
    for slug in ("home", *STANDING):
        w[slug] = make.make_page(slug=slug, body=f"<p>About {slug}.</p>")
    w["gone"] = make.make_programme(state="withdrawn")
    w["picture"], w["gone picture"] = make.make_photo(w["story"]), make.make_photo(w["gone"])
    return w


def valid_values(kind: str, world: dict) -> dict[str, str]:
    """A value for each parameter of the contract that finds something where it applies."""
    return {
        "q": "number",
        "programme": world["programme"].slug,
        "cycle": world["cycle"].slug,
        "region": world["region"].iso,
        "partner": world["partner"].slug,
        "kind": KINDS[kind],
        "from": "1990",
        "to": "2020-12-31",
        "sdg": world["concept"].code,
        "status": Programme.ActivityStatus.IMPLEMENTATION,
        "sort": "title",
        "page": "1",
    }


def lists(language: str, world: dict) -> list[Surface]:
    with override(language):
        addresses = {kind: reverse(name) for kind, name in LISTS.items()}
    found = []
    for kind, path in addresses.items():
        found.append(Surface(f"{language} {kind} list", path))
        for name, value in valid_values(kind, world).items():
            found.append(Surface(f"{language} {kind} list by {name}", f"{path}?{name}={value}"))
    return found


def details(language: str, world: dict) -> list[Surface]:
    with override(language):
        return [
            Surface(f"{language} {kind}", reverse(name, args=[world[kind].slug]))
            for kind, name in DETAILS.items()
        ]


def files(language: str, world: dict) -> list[Surface]:
    """What is no page, in one language."""
    with override(language):
        chart = reverse("programmes:indicator_chart", args=[world["indicator"].slug])
    return [
        Surface(f"chart in {language}", chart),
        Surface(f"file in {language}", f"{chart}?download=1"),
    ]


def standing(language: str) -> list[Surface]:
    with override(language):
        return [Surface(f"{language} {s}", reverse("standing", args=[s])) for s in STANDING]


def others(language: str, world: dict) -> list[Surface]:
    with override(language):
        search, gone = reverse("search"), world["gone"].get_absolute_url()
        return [
            Surface(f"{language} home", reverse("home")),
            Surface(f"{language} search", search),
            Surface(f"{language} search for words", f"{search}?q=number"),
            Surface(f"{language} search by kind", f"{search}?q=number&kind=programme"),
            Surface(f"{language} search page 2", f"{search}?q=number&page=2"),
            Surface(f"{language} search for a misspelt word", f"{search}?q=nunber"),
            Surface(f"{language} search with filters", f"{search}?q=number&region=KZ-43&to=2020"),
            Surface(f"{language} search with a wrong value", f"{search}?q=number&from=x"),
            Surface(f"{language} search without hits", f"{search}?q=nothing+like+it"),
            Surface(
                f"{language} list with a whole facet", f"{reverse(LISTS['story'])}?all=partner"
            ),
            Surface(f"{language} list with a wrong value", f"{reverse(LISTS['story'])}?from=x"),
            *maps(language, world),
            Surface(f"{language} not there", f"/{language}/programmes/not-there/", 404),
            Surface(f"{language} nowhere", f"/{language}/no/such/address/", 404),
            Surface(f"{language} withdrawn", gone, 410),
        ]


def maps(language: str, world: dict) -> list[Surface]:
    path = reverse(LISTS["region"])
    choices = ("show=stories&year=2017", "show=cities", f"show={world['indicator'].slug}", "year=x")
    return [Surface(f"{language} map by {choice}", f"{path}?{choice}") for choice in choices]


def pages(language: str, world: dict) -> list[Surface]:
    """Every page that a visitor can read in one language."""
    return [
        *others(language, world),
        *lists(language, world),
        *details(language, world),
        *standing(language),
    ]


def around() -> list[Surface]:
    """What stands outside the languages."""
    return [
        Surface("root", "/", 302),
        Surface("language link", "/language/kk/?next=/kk/stories/", 302),
        Surface("robots", "/robots.txt"),
        Surface("sitemap", "/sitemap.xml"),
        Surface("sitemap file", "/sitemap.xml?p=1"),
        Surface("no sitemap file", "/sitemap.xml?p=2", 404),
        *(
            Surface(f"feed {path}{query}", f"/{code}/{path}{query}")
            for code in LANGUAGES
            for path in FEEDS
            for query in ("", "?region=KZ-43&q=number", "?from=x")
        ),
        *(
            Surface(f"suggestions in {code}", f"/{code}/search/suggest/?q=number")
            for code in LANGUAGES
        ),
        Surface("icon", "/favicon.ico", 301),
        Surface("health", "/healthz"),
        Surface("readiness", "/readyz"),
        Surface("nowhere", "/no/such/thing", 404),
    ]


def pictures(world: dict) -> list[Surface]:
    photo, gone = world["picture"], world["gone picture"]
    width = photo.width
    return [
        *(Surface(f"picture {ext}", photo.address(width, ext)) for ext in ("webp", "jpg")),
        Surface("withdrawn picture", gone.address(width), 410),
        Surface("picture of another width", photo.address(width + 1), 404),
        Surface("picture without an account", photo.preview_address(width), 302),
        Surface("no picture", f"/media/{'0' * 32}/480.jpg", 404),
    ]


def cards(language: str, world: dict) -> list[Surface]:
    """The pictures that stand for a page where it is shared."""
    start = f"/{language}/card"
    return [
        Surface(f"card {language} site", f"{start}/site.png"),
        Surface(f"card {language} about", f"{start}/standingpage/about.png"),
        Surface(f"card {language} withdrawn", f"{start}/programme/{world['gone'].slug}.png", 410),
        Surface(f"card {language} not there", f"{start}/story/not-there.png", 404),
        Surface(f"card {language} of no kind", f"{start}/consent/1.png", 404),
        *(Surface(f"card {language} {kind} list", f"{start}/{kind}.png") for kind in LISTS),
        *(
            Surface(f"card {language} {kind}", f"{start}/{kind}/{world[kind].slug}.png")
            for kind in DETAILS
        ),
    ]


def data(world: dict) -> list[Surface]:
    """The same records as data."""
    kinds = [(kind_of(type(world[kind])), world[kind].slug) for kind in LISTS]
    gone = kind_of(type(world["gone"])).record_address(world["gone"].slug)
    return [
        *(
            Surface(f"{kind.name} {form}", f"{kind.data_address}?page_size=200&format={form}")
            for kind, _slug in kinds
            for form in ("json", "csv", "xlsx")
        ),
        *(Surface(f"{k.name} in one language", f"{k.data_address}?lang=kk") for k, _slug in kinds),
        *(Surface(f"{kind.name} record", kind.record_address(slug)) for kind, slug in kinds),
        Surface("data with a wrong value", "/api/v1/stories/?from=x"),
        Surface("record as a file", kinds[0][0].record_address(kinds[0][1]) + "?format=csv"),
        Surface("record in no language", kinds[0][0].record_address(kinds[0][1]) + "?lang=x", 400),
        Surface("withdrawn record", gone, 410),
        Surface("no record", "/api/v1/stories/not-there/", 404),
        Surface("no data", "/api/v1/not/there/", 404),
        Surface("data index", "/api/v1/"),
        Surface("data schema", "/api/v1/schema/"),
        Surface("data package", "/data/datapackage.json"),
        Surface("everything", "/data/unicef-kazakhstan.zip"),
        *(Surface(f"table {name}", f"/data/{name}.csv") for name, *_ in tables()),
        Surface("no table", "/data/nothing.csv", 404),
    ]


def surfaces(world: dict) -> list[Surface]:
    return [
        *around(),
        *pictures(world),
        *(s for language in LANGUAGES for s in cards(language, world)),
        *data(world),
        *(s for language in LANGUAGES for s in pages(language, world)),
        *(s for language in LANGUAGES for s in files(language, world)),
    ]
