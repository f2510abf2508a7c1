"""What a page is, in the words of schema.org, for search engines and other programs.

Built from what the page shows already: no further record is read, and nothing is said here that
the page does not say.
"""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, gettext, pgettext

from programmes.models import Partner
from unicef_kz.cards.views import of_page
from unicef_kz.content.languages import CODES, shown
from unicef_kz.kinds import KINDS, MEDIA_TYPES

ORGANISATIONS = {
    Partner.Kind.GOVERNMENT: "GovernmentOrganization",
    Partner.Kind.LOCAL_GOVERNMENT: "GovernmentOrganization",
    Partner.Kind.OTHER_PUBLIC: "GovernmentOrganization",
    Partner.Kind.INTERNATIONAL_NGO: "NGO",
    Partner.Kind.NATIONAL_NGO: "NGO",
}
SOURCES = {"news": "NewsArticle", "law": "Legislation", "report": "Report", "webpage": "WebPage"}


def graph(context) -> list[dict]:
    """The things that the page is about, the way to it first."""
    record = context.get("object")
    if context["request"].path == reverse("home"):
        return [website()]
    if record is None:
        return [way(context), *collection(context)]
    thing = {"name": words(record, "title"), "description": words(record, "summary")}
    thing |= DESCRIBE[record._meta.model_name](record, context)
    return [way(context), filled(thing)]


def filled(thing: dict) -> dict:
    return {name: value for name, value in thing.items() if value not in ("", None, [], {})}


def words(record, name: str) -> str:
    return shown(record, name)[0]


def absolute(path: str) -> str:
    return settings.SITE_URL + path


def link(record, kind: str) -> dict:
    """Another record of ours, by name and address."""
    named = {"@type": kind, "name": words(record, "title")}
    return named | {"url": absolute(record.get_absolute_url())}


def links(records, kind: str) -> list[dict]:
    return [link(record, kind) for record in records or ()]


def publisher() -> dict:
    name = gettext("UNICEF in Kazakhstan: the record")
    return {"@type": "Organization", "name": name, "url": absolute(reverse("home"))}


def country() -> dict:
    return {"@type": "Country", "name": gettext("Kazakhstan"), "identifier": "KZ"}


def our_page(record, context) -> dict:
    """For what is no text itself: the page about it."""
    return {
        "@type": "WebPage",
        "@id": context["canonical"],
        "inLanguage": context["text_language"],
        "dateModified": record.changed_at.isoformat(timespec="seconds"),
    }


def our_text(record, context) -> dict:
    """What every text of ours says of itself."""
    address, _card = of_page(context)
    return {
        "url": context["canonical"],
        "inLanguage": context["text_language"],
        "datePublished": record.publish_at.isoformat(timespec="seconds"),
        "dateModified": record.changed_at.isoformat(timespec="seconds"),
        "author": publisher(),
        "publisher": publisher(),
        "license": settings.LICENCE["path"],
        "isAccessibleForFree": True,
        "image": absolute(address),
        "isBasedOn": links([c.source for c in context["citations"]], "CreativeWork"),
    }


def exact(date: str) -> str | None:
    """An EDTF date as schema.org takes it; None where it is only about right, or open."""
    return date if date and date[-1].isdigit() else None


def ends(first: str, last: str) -> tuple[str | None, str | None]:
    """The first and the last of two dates as written, each of which may be a range."""
    return exact(first.partition("/")[0]), exact(last.rpartition("/")[2])


# The way to a page, and lists


def way(context) -> dict:
    steps = [(pgettext("site", "Home"), reverse("home"))]
    steps += [(str(item["label"]), item["url"]) for item in context["navigation"] if item["here"]]
    steps += [(words(r, "title"), r.get_absolute_url()) for r in context.get("trail") or ()]
    if record := context.get("object"):
        steps.append((words(record, "title"), context["request"].path))
    items = [
        {"@type": "ListItem", "position": place, "name": name, "item": absolute(path)}
        for place, (name, path) in enumerate(steps, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def collection(context) -> list[dict]:
    """Its records are not named: each has a page that says more, and a list has to stay small."""
    if "page_obj" not in context:
        return []
    return [
        {
            "@type": "CollectionPage",
            "name": str(context["title"]),
            "description": str(context["intro"]),
            "url": context["canonical"],
            "inLanguage": get_language(),
        }
    ]


def website() -> dict:
    search = absolute(reverse("search")) + "?q={search_term_string}"
    return {
        "@type": "WebSite",
        "name": gettext("UNICEF in Kazakhstan: the record"),
        "url": absolute(reverse("home")),
        "inLanguage": get_language(),
        "publisher": publisher(),
        "license": settings.LICENCE["path"],
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": search},
            "query-input": "required name=search_term_string",
        },
    }


# Each kind of record


def story(record, context) -> dict:
    return our_text(record, context) | {
        "@type": "Article",
        "headline": words(record, "title"),
        "contentLocation": links(context["regions"], "AdministrativeArea"),
        "about": links(context["programmes"], "Project"),
    }


def milestone(record, context) -> dict:
    """An event only with its day: search engines refuse one without. Else a text about it."""
    start, end = ends(record.date, record.date)
    if not start:
        return our_text(record, context) | {
            "@type": "WebPage",
            "about": links(context["programmes"], "Project"),
            "contributor": links(context["partners"], "Organization"),
            "spatialCoverage": links(context["regions"], "AdministrativeArea") or country(),
            "temporalCoverage": record.date,
        }
    return {
        "@type": "Event",
        "startDate": start,
        "endDate": end,
        "location": links(context["regions"], "AdministrativeArea") or country(),
        "about": links(context["programmes"], "Project"),
        "contributor": links(context["partners"], "Organization"),
        "mainEntityOfPage": our_page(record, context),
    }


def figure(record, context) -> dict:
    values = list(record.observations.all())
    first = [exact(v.date.partition("/")[0]) for v in values]
    last = [exact(v.date.rpartition("/")[2]) for v in values]
    dates = sorted(filter(None, {*first, *last}))
    regions = {v.region.pk: v.region for v in values if v.region}.values()
    texts = (words(record, name) for name in ("summary", "population", "limits"))
    return our_text(record, context) | {
        "@type": "Dataset",
        "description": " ".join(filter(None, texts)),
        "creator": publisher(),
        "variableMeasured": filled(
            {
                "@type": "PropertyValue",
                "name": words(record, "title"),
                "unitText": words(record, "unit").rpartition("|")[2],
                "description": words(record, "population"),
            }
        ),
        "temporalCoverage": "/".join(dict.fromkeys((dates[0], dates[-1]))) if dates else None,
        "spatialCoverage": links(regions, "AdministrativeArea") or country(),
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": MEDIA_TYPES[form],
                "contentUrl": absolute(address),
            }
            for form, address in KINDS["figures"].files(record.slug).items()
        ],
    }


def programme(record, context) -> dict:
    start, end = ends(record.start, record.end)
    funders = [part.partner for part in context["participations"] if part.role == "funding"]
    return {
        "@type": "Project",
        "url": context["canonical"],
        "foundingDate": start,
        "dissolutionDate": end,
        "areaServed": links(context["regions"], "AdministrativeArea") or country(),
        "parentOrganization": links(context["trail"][-1:], "Project"),
        "funder": links(funders, "Organization"),
        "mainEntityOfPage": our_page(record, context),
    }


def partner(record, context) -> dict:
    names = [record.acronym, *(words(name, "name") for name in context["names"])]
    return {
        "@type": ORGANISATIONS.get(record.kind, "Organization"),
        "url": record.url or context["canonical"],
        "alternateName": [name for name in dict.fromkeys(names) if name],
        "mainEntityOfPage": our_page(record, context),
    }


def region(record, context) -> dict:
    own = words(record, "title")
    titles = [getattr(record, f"title_{code}") for code in CODES]
    names = [*titles, *(words(name, "name") for name in context["names"])]
    code = {"@type": "PropertyValue", "propertyID": "ISO 3166-2", "value": record.iso}
    return {
        "@type": "AdministrativeArea",
        "url": context["canonical"],
        "alternateName": [name for name in dict.fromkeys(names) if name and name != own],
        "identifier": code,
        "containedInPlace": country(),
        "mainEntityOfPage": our_page(record, context),
    }


def source(record, context) -> dict:
    by = {"@type": "Organization", "name": record.publisher} if record.publisher else None
    return {
        "@type": SOURCES.get(record.kind, "CreativeWork"),
        "url": record.url or context["canonical"],
        "publisher": by,
        "datePublished": exact(record.published) if "/" not in record.published else None,
        "inLanguage": record.language,
        "mainEntityOfPage": our_page(record, context),
    }


def standing(record, context) -> dict:
    kind = "AboutPage" if record.slug == "about" else "WebPage"
    return our_text(record, context) | {"@type": kind}


DESCRIBE = {
    "story": story,
    "milestone": milestone,
    "indicator": figure,
    "programme": programme,
    "partner": partner,
    "region": region,
    "source": source,
    "standingpage": standing,
}
