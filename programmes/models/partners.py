from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from unicef_kz.content.publishing import Page

from .names import DatedName, other_names


class Partner(Page):
    """An organisation that works with UNICEF for children in Kazakhstan."""

    parts = ("names", *Page.parts)
    search_related = ("names",)

    class Kind(models.TextChoices):
        """IATI codelist OrganisationType 2.03."""

        GOVERNMENT = "10", _("Government")
        LOCAL_GOVERNMENT = "11", _("Local government")
        OTHER_PUBLIC = "15", _("Other public sector")
        INTERNATIONAL_NGO = "21", _("International NGO")
        NATIONAL_NGO = "22", _("National NGO")
        MULTILATERAL = "40", _("Multilateral")
        FOUNDATION = "60", _("Foundation")
        PRIVATE = "70", _("Private sector")
        ACADEMIC = "80", _("Academic, training and research")
        OTHER = "90", pgettext_lazy("organisation type", "Other")

    acronym = models.CharField(_("acronym"), max_length=30, blank=True)
    kind = models.CharField(_("type"), max_length=2, choices=Kind)
    url = models.URLField(_("website"), max_length=300, blank=True)

    class Meta(Page.Meta):
        ordering = ["slug"]
        verbose_name = _("partner")
        verbose_name_plural = _("partners")

    def search_texts(self, language):
        return super().search_texts(language) | {
            "names": f"{self.acronym} {other_names(self, language)}"
        }


class PartnerName(DatedName):
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="names")
