"""Run beside the site, on its database: what there is to ask for, and a change to be seen.

``python -m bench.facts`` prints the former as JSON; with ``withdraw SLUG`` or ``publish SLUG`` it
does that and prints when it was done.
"""

import json
import os
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unicef_kz.settings")
django.setup()

from programmes.models import Programme, Region  # noqa: E402
from stories.models import Story  # noqa: E402
from unicef_kz.making.words import RARE  # noqa: E402


def facts() -> dict:
    """Ids of the textbook site are those of ours."""
    public = Story.objects.public().order_by()
    keys = list(public.values_list("pk", flat=True))
    some = sorted(keys)[:: max(1, len(keys) // 200)]
    made = Programme.objects.public().filter(slug__startswith="made-")
    return {
        "stories": len(keys),
        "pages": -(-len(keys) // 20),
        "textbook_pages": -(-Story.objects.filter(status="published").count() // 20),
        "slugs": list(Story.objects.filter(pk__in=some).values_list("slug", flat=True)),
        "programmes": list(made.order_by("slug").values_list("slug", "pk")[:10]),
        "regions": list(Region.objects.public().order_by("iso").values_list("iso", "pk")[:6]),
        "rare": [word[0] for word in RARE if " " not in word[0]],
    }


def change(step: str, slug: str) -> float:
    story = Story.objects.get(slug=slug)
    if step == "withdraw":
        story.withdraw(actor=None, comment="measuring")
    else:
        story.return_to_draft(actor=None, comment="measuring")
        story.publish(actor=None, basis="measuring")
    return time.time()


if __name__ == "__main__":
    found = change(*sys.argv[1:]) if sys.argv[1:] else facts()
    sys.stdout.write(json.dumps(found) + "\n")
