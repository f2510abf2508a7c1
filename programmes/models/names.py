from django.db import models
from django.utils.translation import gettext_lazy as _

from unicef_kz.content.dates import Dated, EDTFField, ends_after_start


class DatedName(Dated):
    """A name in use during some time; the name in use now is the record's title."""

    identified_by = ("name_en", "name_kk", "name_ru")

    name = models.CharField(_("name"), max_length=250)
    used_from = EDTFField(_("used from"))
    used_to = EDTFField(_("used until"))

    class Meta:
        abstract = True
        ordering = ["earliest", "pk"]
        constraints = [ends_after_start("%(class)s_ends_after_start")]
        verbose_name = _("other name")
        verbose_name_plural = _("other names")

    def __str__(self):
        return self.name

    def period(self):
        return self.used_from, self.used_to


def other_names(record, language: str) -> str:
    return " ".join(getattr(row, f"name_{language}") or "" for row in record.names.all())
