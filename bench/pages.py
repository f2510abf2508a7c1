"""What is asked for: kinds of pages, each as the addresses on our site and on the textbook one."""

from urllib.parse import urlencode

LANGUAGES = ("en", "kk", "ru")
COMMON = ("school", "families", "children", "parents", "region")
#: Addresses of a cell at most; the walk goes over them again and again.
MOST = 30

PAGES = {
    "list": "list",
    "filters": "list, two filters",
    "middle": "middle page",
    "last": "last page",
    "detail": "detail",
    "rare": "search, rare word",
    "common": "search, common word",
}


def ours(facts: dict) -> dict[str, list[str]]:
    """Three languages take turns, so that a cold walk rarely meets an address again."""
    pages = facts["pages"]
    paths = {
        "list": [f"stories/?page={n}" for n in range(1, min(20, pages) + 1)],
        "filters": [
            "stories/?" + urlencode({"programme": programme, "region": region})
            for programme, _key in facts["programmes"]
            for region, _key in facts["regions"]
        ],
        "middle": [f"stories/?page={n}" for n in around(pages // 2, pages)],
        "last": [f"stories/?page={pages}"],
        "detail": [f"stories/{slug}/" for slug in facts["slugs"]],
        "rare": ["search/?" + urlencode({"q": word}) for word in facts["rare"]],
        "common": ["search/?" + urlencode({"q": word}) for word in COMMON],
    }
    return {
        kind: [f"/{code}/{path}" for path in found[:MOST] for code in LANGUAGES]
        for kind, found in paths.items()
    }


def textbook(facts: dict) -> dict[str, list[str]]:
    pages = facts["textbook_pages"]
    return {
        "list": [f"/stories/?page={n}" for n in range(1, min(20, pages) + 1)],
        "filters": [
            f"/stories/?programme={programme}&region={region}"
            for _slug, programme in facts["programmes"]
            for _code, region in facts["regions"]
        ][:MOST],
        "middle": [f"/stories/?page={n}" for n in around(pages // 2, pages)],
        "last": [f"/stories/?page={pages}"],
        "detail": [f"/stories/{slug}/" for slug in facts["slugs"]][:MOST],
        "rare": [f"/search/?q={word}" for word in facts["rare"]],
        "common": [f"/search/?q={word}" for word in COMMON],
    }


def around(middle: int, last: int) -> list[int]:
    return [n for n in range(middle - 10, middle + 10) if 1 <= n <= last]
