from urllib.parse import quote, urlencode

from django.conf import settings
from django.urls import reverse, translate_url
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

NAVIGATION = [
    ("programmes:programme_list", _("Programmes")),
    ("timeline:milestone_list", _("Timeline")),
    ("programmes:indicator_list", _("Key figures")),
    ("stories:story_list", _("Stories")),
    ("programmes:region_list", _("Regions")),
    ("programmes:partner_list", _("Partners")),
    ("content:source_list", _("Sources")),
]
STANDING = [
    ("about", _("About this record")),
    ("data", _("Using the data")),
    ("corrections", _("Corrections")),
    ("accessibility", _("Accessibility")),
    ("privacy", _("Privacy")),
    ("get-help", _("Get help")),
]
NAMES = {"en": "English", "kk": "Қазақша", "ru": "Русский"}
#: As Open Graph names them.
LOCALES = {"en": "en_GB", "kk": "kk_KZ", "ru": "ru_RU"}


def site(request):
    """What the frame of every public page needs; nothing here reads the session or a cookie."""
    navigation = [
        {"url": reverse(name), "label": label, "here": request.path.startswith(reverse(name))}
        for name, label in NAVIGATION
    ]
    address = settings.SITE_URL + request.path
    return {
        "navigation": navigation,
        "standing_pages": [(reverse("standing", args=[s]), label) for s, label in STANDING],
        "languages": languages(request),
        "language": get_language(),
        "canonical": address,
        "site_url": settings.SITE_URL,
        "report_mistake": report_address(address),
    }


def languages(request) -> list[dict]:
    """The same page, with the same filters, in each language."""
    query = request.META.get("QUERY_STRING", "")
    links = []
    for code, _name in settings.LANGUAGES:
        path = translate_url(request.path, code)
        if path == request.path and code != get_language():
            path = f"/{code}/"  # a page that is not there has no translation either
        full = f"{path}?{query}" if query else path
        choose = reverse("choose_language", args=[code]) + "?" + urlencode({"next": full})
        links.append(
            {
                "code": code,
                "name": NAMES[code],
                "locale": LOCALES[code],
                "url": settings.SITE_URL + path,
                "choose": choose,
                "here": code == get_language(),
            }
        )
    return links


def report_address(address: str) -> str:
    subject = quote(gettext("A mistake, or a request for removal"))
    return f"mailto:{settings.CONTACT_EMAIL}?subject={subject}&body={quote(address)}%0A%0A"
