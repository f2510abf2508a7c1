"""Numbers in words: each language has its own order, spaces and signs."""

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def plain(value) -> str:
    """«1,940» / «1 940» / «28.6» / «28,6»: no trailing zeros."""
    number = value.normalize()
    places = max(0, -number.as_tuple().exponent)
    return formats.number_format(number, decimal_pos=places, use_l10n=True, force_grouping=True)


def number_in_words(observation) -> str:
    if observation.value is None:
        return observation.text
    number = plain(observation.value)
    if observation.value_max is not None:
        number = f"{number}–{plain(observation.value_max)}"
    if observation.indicator.measure in ("percent", "change"):
        number = _("%(number)s%%") % {"number": number}
    if observation.indicator.measure == "times":
        times = int(observation.value_max or observation.value)
        number = ngettext("%(number)s time", "%(number)s times", times) % {"number": number}
    return qualified(number, observation.qualifier)


def qualified(number: str, qualifier: str) -> str:
    sentences = {
        "over": _("over %(number)s"),
        "almost": _("almost %(number)s"),
        "about": _("about %(number)s"),
        "up_to": _("up to %(number)s"),
        "at_least": _("at least %(number)s"),
        "under": _("under %(number)s"),
    }
    return sentences.get(qualifier, "%(number)s") % {"number": number}


def unit_after(value, forms: str, language: str) -> str:
    """The unit as the language has it after a number: one of «city|cities», «город|города|городов».

    Plural rules of CLDR for whole numbers; Kazakh keeps the singular, so it has one form.
    """
    options = forms.split("|")
    if value is None or len(options) == 1:
        return options[-1]
    if language == "ru" and value == int(value):
        last, teen = int(value) % 10, 10 < int(value) % 100 < 20
        place = 2 if teen or last > 4 or last == 0 else 0 if last == 1 else 1
        return options[min(place, len(options) - 1)]
    if language == "ru":
        return options[min(1, len(options) - 1)]  # «28,6 города»
    return options[0] if value == 1 else options[-1]
