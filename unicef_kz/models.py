from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _


class SeedEntry(models.Model):
    """Which record a bundled entry became, and what it looked like when it was loaded."""

    key = models.CharField(max_length=100, unique=True)
    content_type = models.ForeignKey(ContentType, models.CASCADE)
    object_id = models.PositiveBigIntegerField()
    record = GenericForeignKey()
    entry_digest = models.CharField(max_length=64)
    record_digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("bundled entry")
        verbose_name_plural = _("bundled entries")

    def __str__(self):
        return self.key
