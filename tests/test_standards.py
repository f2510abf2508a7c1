"""What programs read, over the whole bundled record: each format by a checker of its standard."""

from pathlib import Path

import pytest
import vobject
from lxml import etree
from vobject.base import ValidateError

from unicef_kz.content.languages import CODES

from .surfaces import FEEDS

pytestmark = [pytest.mark.once, pytest.mark.django_db, pytest.mark.usefixtures("seeded")]
SCHEMAS = Path(__file__).parent / "schemas"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
ATOM = [path for path in FEEDS if path.endswith(".atom")]
QUERIES = ["", "?q=дети", "?from=x"]


def schema(name: str):
    return etree.RelaxNG(file=str(SCHEMAS / f"{name}.rng"))


def faults(name: str, document) -> list[str]:
    checker = schema(name)
    checker.validate(document)
    return [str(fault) for fault in checker.error_log]


# XML


def test_sitemap_is_valid(client):
    assert faults("sitemap", etree.fromstring(client.get("/sitemap.xml").content)) == []


def test_pages_in_other_languages_lead_back(client):
    """Search engines ignore a link that its target does not return."""
    root = etree.fromstring(client.get("/sitemap.xml").content)
    found = {
        url.findtext(f"{SITEMAP}loc"): {a.get("href") for a in url.iter(f"{XHTML}link")}
        for url in root
    }
    assert [a for a, others in found.items() if a not in others] == []
    assert [a for a, others in found.items() for b in others if found[b] != others] == []


@pytest.mark.parametrize("path", ATOM)
def test_feed_is_valid(client, path):
    answers = [client.get(f"/{code}/{path}{query}") for code in CODES for query in QUERIES]
    assert [faults("atom", etree.fromstring(answer.content)) for answer in answers] == [[]] * 9


@pytest.mark.parametrize(
    ("name", "part", "change"),
    [
        ("sitemap", f".//{SITEMAP}loc", "/en/"),
        ("sitemap", f".//{SITEMAP}lastmod", "2026-13-01"),
        ("atom", ".//{*}entry/{*}updated", "2026-01-01T00:00:00"),
        ("atom", ".//{*}entry/{*}id", None),
        ("atom", ".//{*}entry/{*}link", None),
        ("atom", ".//{*}author", None),
    ],
)
def test_schema_would_notice(client, name, part, change):
    root = etree.fromstring(
        client.get({"atom": f"/en/{ATOM[0]}"}.get(name, "/sitemap.xml")).content
    )
    found = root.find(part)
    if change is None:
        found.getparent().remove(found)
    else:
        found.text = change
    assert faults(name, root) != []


# The calendar


@pytest.mark.parametrize("code", CODES)
def test_calendar_is_valid(client, code):
    """vobject knows of each part how often it must and may occur."""
    text = client.get(f"/{code}/timeline/calendar.ics").content.decode()
    calendar = vobject.readOne(text, validate=True)
    assert calendar.validate(raiseException=True)
    assert len({event.uid.value for event in calendar.vevent_list}) == text.count("BEGIN:VEVENT")


def test_checker_of_calendars_would_notice(client):
    text = client.get("/en/timeline/calendar.ics").content.decode()
    for line in ("UID", "DTSTAMP"):
        broken = "\r\n".join(part for part in text.split("\r\n") if not part.startswith(line))
        with pytest.raises(ValidateError):
            vobject.readOne(broken, validate=True)
