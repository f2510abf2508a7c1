"""What stands in one cell, and what it means: text here, the value in a document there.

``clean()`` raises ValidationError in words that say what to write instead.
"""

import re
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import cached_property
from django.utils.html import linebreaks
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from import_export.fields import Field
from import_export.widgets import Widget

from ..dates import EDTFField
from ..richtext import RichTextField, clean_html
from .files import tidy

SEPARATOR = "; "
DOTTED = re.compile(r"(\d\d?)\.(\d\d?)\.(\d{4})")


class Codes:
    """What records of each kind are called in a file, both ways.

    Codes, not keys: a region by its ISO code, a classification as “sdg 3”, the rest by address.
    ``public`` leaves out what visitors may not know of.
    """

    def __init__(self, *, public=False):
        self.public, self._known = public, {}

    def of(self, model) -> tuple[dict, dict]:
        """(code by key, key by code in lower case)"""
        if model not in self._known:
            rows = model._default_manager.order_by()
            if self.public and hasattr(rows, "public"):
                rows = rows.public()
            self._known[model] = {}, {}
            for key, *names in rows.values_list("pk", *code_fields(model)):
                self._note(model, key, names)
        return self._known[model]

    def forget(self) -> None:
        self._known.clear()

    def note(self, record) -> None:
        """A record that has just been made, for the rows after it."""
        self.of(type(record))
        names = [getattr(record, name) for name in code_fields(type(record))]
        self._note(type(record), record.pk, names)

    def _note(self, model, key, names):
        by_key, by_code = self._known[model]
        code = " ".join(names)
        by_key[key], by_code[code.lower()] = code, key

    def key(self, model, code: str) -> int:
        """Raises UnknownCode."""
        by_code = self.of(model)[1]
        if code.lower() not in by_code:
            raise UnknownCode(model, code)
        return by_code[code.lower()]


class UnknownCode(ValidationError):
    def __init__(self, model, code):
        self.model = model
        text = gettext("There is no %(kind)s “%(code)s”. Add it first, or correct the code.")
        super().__init__(text % {"kind": model._meta.verbose_name, "code": code})


def code_fields(model) -> tuple[str, ...]:
    return getattr(model, "code_fields", ("slug",))


class Text(Widget):
    form, example = _("text"), "…"

    def clean(self, value, row=None, **kwargs):
        return value


class Rich(Text):
    form, example = _("text with simple HTML: paragraphs, headings, lists, links"), "<p>…</p>"

    def clean(self, value, row=None, **kwargs):
        return clean_html(value if "<" in value or not value else linebreaks(value))


class PartialDate(Text):
    form, example = _("date"), "1994-11-25"

    def clean(self, value, row=None, **kwargs):
        return undotted(value)


class Date(Text):
    form, example = _("day, such as 1994-11-25"), "1994-11-25"

    def __init__(self, field):
        super().__init__()
        self.field = field

    def clean(self, value, row=None, **kwargs):
        return str(self.field.to_python(undotted(value))) if value else None


class Number(Text):
    form, example = _("number"), 90

    def __init__(self, field):
        super().__init__()
        self.field, self.places = field, getattr(field, "decimal_places", 0)

    def clean(self, value, row=None, **kwargs):
        if not value:
            return None
        try:
            number = Decimal(undivided(value))
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or abs(number.adjusted()) > 15:
            text = gettext("“%s” is no number. Write it as 1234.5, without other signs.")
            raise ValidationError(text % value)
        if self.places:
            exact = number.quantize(Decimal(1).scaleb(-self.places))
            return str(exact if exact == number else number)
        if number != int(number):
            raise ValidationError(gettext("A whole number belongs here, not %s.") % value)
        return int(number)

    def render(self, value, obj=None, **kwargs):
        """A number, so that a spreadsheet calculates with it; text where it would lose digits."""
        if value is None or isinstance(value, int):
            return value
        number = Decimal(value)
        if number == int(number):
            return int(number)
        return float(number) if Decimal(f"{number:.15g}") == number else str(number)


class YesNo(Text):
    form, example = _("yes or no"), "no"
    WORDS = {
        **dict.fromkeys(("yes", "true", "1", "да", "иә"), True),
        **dict.fromkeys(("no", "false", "0", "нет", "жоқ"), False),
    }

    def clean(self, value, row=None, **kwargs):
        if value.lower() not in self.WORDS:
            raise ValidationError(gettext("Write yes or no, not “%s”.") % value)
        return self.WORDS[value.lower()]

    def render(self, value, obj=None, **kwargs):
        return "yes" if value else "no"


class Choice(Text):
    def __init__(self, field):
        super().__init__()
        self.field = field
        self.values = {str(value): value for value, _label in field.flatchoices}

    @property
    def form(self):
        choices = (f"{code} ({label})" for code, label in self.field.flatchoices if code)
        return gettext("one of: %s") % ", ".join(choices)

    @property
    def example(self):
        return next((value for value, _label in self.field.flatchoices if value), "")

    def clean(self, value, row=None, **kwargs):
        if not value and (self.field.blank or "" in self.values):
            return None if self.field.null else ""
        if value not in self.values:
            known = ", ".join(str(code) for code, _label in self.field.flatchoices if code)
            text = gettext("“%(value)s” is not possible here. Choose one of: %(known)s.")
            raise ValidationError(text % {"value": value, "known": known})
        return self.values[value]

    def render(self, value, obj=None, **kwargs):
        return value if isinstance(value, int) else super().render(value)


class Code(Text):
    """A relation to one record; the value is its key."""

    def __init__(self, codes: Codes, model):
        super().__init__()
        self.codes, self.model = codes, model

    @property
    def example(self):
        return {"iso": "KZ-43"}.get(code_fields(self.model)[0], "the-code")

    @property
    def form(self):
        return gettext("code of one record: %s") % self.model._meta.verbose_name

    def clean(self, value, row=None, **kwargs):
        return self.codes.key(self.model, value) if value else None

    def render(self, value, obj=None, **kwargs):
        return self.codes.of(self.model)[0].get(value, "")


class CodeList(Code):
    """A relation to several; the value is a sorted list of keys."""

    @property
    def example(self):
        code = "sdg 3" if len(code_fields(self.model)) > 1 else super().example
        return f"{code}; …"

    @property
    def form(self):
        name = self.model._meta.verbose_name_plural
        return gettext("codes of any number of records, separated by semicolons: %s") % name

    def clean(self, value, row=None, **kwargs):
        codes = dict.fromkeys(code.strip() for code in value.split(";") if code.strip())
        return sorted({self.codes.key(self.model, code) for code in codes})

    def render(self, value, obj=None, **kwargs):
        names = self.codes.of(self.model)[0]
        return SEPARATOR.join(sorted(names[key] for key in value or () if key in names))


def undotted(value: str) -> str:
    """25.11.1994, as a spreadsheet in Russian or Kazakh shows a day."""
    match = DOTTED.fullmatch(value)
    return f"{match[3]}-{match[2]:0>2}-{match[1]:0>2}" if match else value


def undivided(value: str) -> str:
    """Without spaces between thousands, with a point; 1,234 could be either and is refused."""
    value = re.sub(r"[\s\u00a0\u202f]", "", value)
    return value if re.fullmatch(r"-?\d+,\d{3}", value) else value.replace(",", ".", 1)


def widget_for(field, codes: Codes) -> Widget:
    if field.many_to_many:
        return CodeList(codes, field.related_model)
    if field.is_relation:
        return Code(codes, field.related_model)
    if isinstance(field, RichTextField):
        return Rich()
    if field.choices:
        return Choice(field)
    if isinstance(field, EDTFField):
        return PartialDate()
    for kind, widget in ((models.BooleanField, lambda field: YesNo()), (models.DateField, Date)):
        if isinstance(field, kind):
            return widget(field)
    if isinstance(field, (models.IntegerField, models.DecimalField)):
        return Number(field)
    return Text()


class Column(Field):
    """One column of a file; ``path`` leads to its value in a document."""

    def __init__(
        self, name, path, widget, *, label, help_text="", identifies=False, model_field=None
    ):
        super().__init__(attribute=path, column_name=name, widget=widget)
        self.model_field = model_field
        self.label, self.help_text, self.identifies = label, help_text, identifies

    @cached_property
    def is_rich(self) -> bool:
        return isinstance(self.widget, Rich)

    def clean(self, row, **kwargs):
        """What a whole record must be is checked later; here, all that is wrong with its cells."""
        value = super().clean(row, **kwargs)
        if value not in (None, "") and self.model_field and not self.model_field.is_relation:
            self.model_field.run_validators(self.model_field.to_python(value))
        return value

    def text(self, content: dict) -> str:
        value = self.export(content)
        return (
            "" if value is None else tidy(f"{value:.15g}" if type(value) is float else str(value))
        )

    def put(self, content: dict, value) -> None:
        *path, last = self.attribute.split("__")
        for name in path:
            content = content[name]
        content[last] = value
