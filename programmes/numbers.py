"""Numbers in words: each language has its own order, spaces and signs."""

from django.utils import formats
from django.utils.translation import gettext as _


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
    if observation.indicator.measure == "percent":
        number = _("%(number)s%%") % {"number": number}
    if observation.indicator.measure == "times":
        number = _("%(number)s times") % {"number": number}
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
