"""The Frictionless Data Package: what tables there are, their columns and how they hang together.

https://specs.frictionlessdata.io/data-package/
"""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext, override

from unicef_kz import freshness
from unicef_kz.kinds import KINDS

from .datasets import FOREIGN, KEYS, described, tables


def descriptor() -> dict:
    """The same in the ZIP and online, where the tables lie beside it too. In English: the format
    has one language.
    """
    with override("en"):
        return {
            "profile": "tabular-data-package",
            "name": "unicef-kazakhstan",
            "title": gettext("UNICEF in Kazakhstan: the record"),
            "description": gettext(
                "What UNICEF does for children in Kazakhstan, fact by fact, each with its source."
            ),
            "homepage": settings.SITE_URL + "/",
            "version": version(),
            "licenses": [settings.LICENCE],
            "contributors": [{"title": "UNICEF in Kazakhstan", "role": "publisher"}],
            "sources": [
                {
                    "title": gettext("Every fact names its source"),
                    "path": settings.SITE_URL + KINDS["sources"].list_address,
                }
            ],
            "resources": [resource(*table) for table in tables()],
        }


def resource(name, title, intro, table) -> dict:
    fields = [described(field, column) for field, column in table.columns]
    schema = {"fields": fields, "missingValues": [""]}
    if key := KEYS.get(name):
        schema["primaryKey"] = list(key)
    foreign = [foreign_key(name, *pair) for pair in FOREIGN.items() if pair[0][0] == name]
    if foreign:
        schema["foreignKeys"] = foreign
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "title": str(title),
        "description": str(intro),
        "path": f"{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }


def foreign_key(table: str, own: tuple, other: tuple) -> dict:
    resource = "" if other[0] == table else other[0]
    return {"fields": [own[1]], "reference": {"resource": resource, "fields": [other[1]]}}


def version() -> str:
    """The day of the last change."""
    changed = freshness.last_change()
    return f"{timezone.localtime(changed):%Y.%m.%d}" if changed else "0"
