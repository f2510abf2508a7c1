"""Dates as the sources write them: EDTF (ISO 8601-2), levels 0 and 1, as far as we need it.

``1994``, ``1994-11``, ``1994-11-25``, ``2008/2009``, ``2016/..``, ``2009~`` (about).
"""

import datetime
import re
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import dateformat, formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from edtf import EDTFObject, parse_edtf
from edtf.parser import EDTFParseException

EARLIEST, LATEST = 1900, 2100
_ONE = r"[0-9]{4}(-[01][0-9](-[0-9]{2})?)?[~?%]?"
FORM = re.compile(rf"{_ONE}(/({_ONE}|\.\.))?|\.\./{_ONE}")


@lru_cache(maxsize=4096)
def parse(text: str) -> EDTFObject:
    """Raises ValueError for anything that is no EDTF date between 1900 and 2100.

    The library knows more than we can say in words: seasons, unknown ends, space around a date.
    """
    if not FORM.fullmatch(text):
        raise ValueError(text)
    try:
        parsed = parse_edtf(text)
        bounds = [_day(parsed.lower_strict()), _day(parsed.upper_strict())]
    except (EDTFParseException, AttributeError, OverflowError, TypeError) as error:
        raise ValueError(text) from error
    if any(day and not EARLIEST <= day.year <= LATEST for day in bounds):
        raise ValueError(text)
    if all(bounds) and bounds[0] > bounds[1]:
        raise ValueError(text)
    return parsed


def _day(moment) -> datetime.date | None:
    """None for an open end, which the parser gives as plus or minus infinity."""
    return None if isinstance(moment, float) else datetime.date(*moment[:3])


def earliest(text: str) -> datetime.date | None:
    return _day(parse(text).lower_strict()) if text else None


def latest(text: str) -> datetime.date | None:
    return _day(parse(text).upper_strict()) if text else None


def in_words(text: str) -> str:
    """«25 November 1994», «about 2009», «2008–2009», in the active language; "" for no date."""
    if not text:
        return ""
    if "/" not in text:
        return _one_in_words(text)
    first, last = text.split("/")
    if last in ("", ".."):
        return since(first)
    if first in ("", ".."):
        return until(last)
    separator = "–" if len(first) == len(last) == 4 else " – "
    return separator.join([_one_in_words(first), _one_in_words(last)])


def within_year(text: str) -> str:
    """What a date says beyond the year that already stands above it."""
    plain = text.rstrip("~?%")
    if not text or "/" in text or is_year(plain):
        return "" if is_year(text) else in_words(text)
    date = datetime.date(*(*map(int, plain.split("-")), 1)[:3])
    about = plain != text
    words = dateformat.format(date, "j E" if len(plain) == 10 else "E" if about else "F")
    return pgettext("date", "about %(date)s") % {"date": words} if about else words


def years_spanned(text: str) -> int | None:
    """How many calendar years a range touches, 0 within a single one; None for no range."""
    if "/" not in text:
        return None
    first, last = earliest(text), latest(text)
    if not first or not last:
        return 1
    return last.year - first.year + 1 if last.year > first.year else 0


def since(text: str) -> str:
    if is_year(text):
        return pgettext("year", "since %(date)s") % {"date": text}
    return _("since %(date)s") % {"date": _in_phrase(text)}


def until(text: str) -> str:
    if is_year(text):
        return pgettext("year", "until %(date)s") % {"date": text}
    return _("until %(date)s") % {"date": _in_phrase(text)}


def _in_phrase(text: str) -> str:
    return in_words(text) if "/" in text else _one_in_words(text, inside=True)


def is_year(text: str) -> bool:
    return len(text) == 4


def _one_in_words(text: str, inside: bool = False) -> str:
    """``inside`` a phrase the name of a month is inflected, where the language does that."""
    plain = text.rstrip("~?%")
    words = _exact_in_words(plain, inside or plain != text)
    if plain == text:
        return words
    if is_year(plain):
        return pgettext("year", "about %(date)s") % {"date": words}
    return pgettext("date", "about %(date)s") % {"date": words}


def _exact_in_words(plain: str, inside: bool) -> str:
    year, month, day = (*map(int, plain.split("-")), 1, 1)[:3]
    date = datetime.date(year, month, day)
    if len(plain) == 4:
        return str(year)
    if len(plain) == 10:
        return formats.date_format(date, "DATE_FORMAT")
    pattern = formats.get_format("YEAR_MONTH_FORMAT")
    return dateformat.format(date, pattern.replace("F", "E") if inside else pattern)


def validate_edtf(text: str) -> None:
    try:
        parse(text)
    except ValueError as error:
        raise ValidationError(
            gettext_lazy(
                "“%(value)s” is no date that we can read. Write 1994, 1994-11, 1994-11-25, "
                "2008/2009 for a range, 2016/.. for an open end or 2009~ for “about 2009”."
            ),
            params={"value": text},
        ) from error


class EDTFField(models.CharField):
    """A partial date as written. ``date_columns`` on the model keep its bounds for sorting."""

    default_validators = [validate_edtf]

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault("blank", True)
        kwargs.setdefault(
            "help_text",
            gettext_lazy("As in the source: 1994, 1994-11, 1994-11-25, 2008/2009, 2016/.., 2009~"),
        )
        super().__init__(*args, **kwargs)


class Dated(models.Model):
    """Keeps the first and last possible day beside a date as written.

    ``earliest`` and ``latest`` are null where the date is unknown or that end is open.
    """

    earliest = models.DateField(null=True, blank=True, editable=False, db_index=True)
    latest = models.DateField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    def period(self) -> tuple[str, str]:
        """First and last date as written; a model with two date fields overrides this."""
        return self.date, self.date

    def set_bounds(self) -> None:
        first, last = self.period()
        self.earliest = earliest(first) if first else None
        self.latest = latest(last) if last else None

    def clean(self):
        super().clean()
        first, last = self.period()
        try:
            self.set_bounds()
        except ValueError:
            return  # the field says what is wrong with it
        if self.earliest and self.latest and self.earliest > self.latest:
            raise ValidationError(
                gettext_lazy("The end (%(last)s) comes before the start (%(first)s)."),
                params={"first": first, "last": last},
            )

    def save(self, *args, **kwargs):
        self.set_bounds()
        super().save(*args, **kwargs)


def ends_after_start(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name,
        condition=models.Q(earliest__isnull=True)
        | models.Q(latest__isnull=True)
        | models.Q(earliest__lte=models.F("latest")),
        violation_error_message=gettext_lazy("The end comes before the start."),
    )


def overlapping(start: datetime.date | None, end: datetime.date | None) -> models.Q:
    """Records that may have happened between two days; an undated record never matches."""
    dated = models.Q(earliest__isnull=False) | models.Q(latest__isnull=False)
    from_start = models.Q(latest__gte=start) | models.Q(latest=None) if start else models.Q()
    to_end = models.Q(earliest__lte=end) | models.Q(earliest=None) if end else models.Q()
    return dated & from_start & to_end
