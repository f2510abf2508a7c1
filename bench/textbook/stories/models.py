from django.db import models
from django.urls import reverse


class Programme(models.Model):
    slug = models.SlugField(max_length=100, unique=True)
    title = models.CharField(max_length=250)

    class Meta:
        ordering = ["title"]

    def __str__(self):
        return self.title


class Region(models.Model):
    code = models.CharField(max_length=6, unique=True)
    title = models.CharField(max_length=250)

    class Meta:
        ordering = ["title"]

    def __str__(self):
        return self.title


class Story(models.Model):
    """A story belongs to one programme and one region here, to several of each on our site."""

    slug = models.SlugField(max_length=100, unique=True)
    title = models.CharField(max_length=250)
    title_kk = models.CharField(max_length=250)
    title_ru = models.CharField(max_length=250)
    summary = models.TextField()
    summary_kk = models.TextField()
    summary_ru = models.TextField()
    body = models.TextField()
    body_kk = models.TextField()
    body_ru = models.TextField()
    kind = models.CharField(
        max_length=12,
        choices=[("case", "Case story"), ("news", "News"), ("first_person", "In their own words")],
    )
    date = models.DateField(db_index=True)
    is_published = models.BooleanField(default=False)
    programme = models.ForeignKey(Programme, models.PROTECT)
    region = models.ForeignKey(Region, models.PROTECT)

    class Meta:
        ordering = ["-date", "slug"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("story", args=[self.slug])
