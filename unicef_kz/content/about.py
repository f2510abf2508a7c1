from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models


class AboutQuerySet(models.QuerySet):
    def about(self, record):
        kind = ContentType.objects.get_for_model(record)
        return self.filter(content_type=kind, object_id=record.pk)


class About(models.Model):
    """Something that hangs on a record of any kind."""

    content_type = models.ForeignKey(ContentType, models.CASCADE, editable=False)
    object_id = models.PositiveBigIntegerField(editable=False)
    record = GenericForeignKey()

    class Meta:
        abstract = True
        indexes = [models.Index(fields=["content_type", "object_id"])]
