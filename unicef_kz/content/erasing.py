"""Taking back: the receipt of what was removed, and the removal of a record's words for good."""

import secrets
from collections.abc import Iterator
from functools import partial

from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from .about import About, AboutQuerySet
from .documents import content_fields, many_relations, pictures_in
from .images import ENCODERS
from .languages import CODES
from .photos import remove_files
from .publishing import Page
from .storage import PrivateFileField, private_storage

#: What holds a record's words besides itself and the rows of its form.
TRACES = ("Version", "Proposal", "Correction", "ReviewLink")


class Receipt(About):
    """What was removed when a record was taken back. It outlives the record's words.

    ``removed``: {"pages": [addresses], "pictures": [addresses], "proposals": how many were closed};
    ``erased``: {"app.model": how many of its rows were deleted}.
    """

    label = models.CharField(_("record"), max_length=250)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("who"),
    )
    reason = models.TextField(_("why"), blank=True)
    at = models.DateTimeField(_("when"), default=now)
    removed = models.JSONField(default=dict)
    erased = models.JSONField(default=dict)
    erased_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("erased by"),
    )
    erased_at = models.DateTimeField(_("erased"), null=True)

    objects = AboutQuerySet.as_manager()

    class Meta(About.Meta):
        ordering = ["-at", "-pk"]
        default_permissions = ("view",)
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")

    def __str__(self):
        return self.label

    @classmethod
    def issue(cls, record: Page, actor, reason="", *, proposals=0) -> None:
        cls.objects.create(
            record=record,
            actor=actor,
            reason=reason,
            label=str(record)[:250],
            removed={
                "pages": list(pages(record)),
                "pictures": list(pictures(record)),
                "proposals": proposals,
            },
        )

    @property
    def erased_in_words(self) -> list[tuple[str, int]]:
        names = ((apps.get_model(name)._meta, number) for name, number in self.erased.items())
        return [(meta.verbose_name_plural, number) for meta, number in names]

    def forget_words(self, record: Page, actor, counts: dict, unknown: set[str]) -> None:
        """``unknown``: last parts of addresses that tell too much."""
        self.label, self.reason = str(record)[:250], ""
        self.erased, self.erased_by, self.erased_at = counts, actor, now()
        addresses = self.removed.get("pages", ())
        self.removed["pages"] = [a for a in addresses if a.split("/")[-2] not in unknown]
        self.save()


def pages(record: Page) -> Iterator[str]:
    """Its address in each language, and those that it used to have."""
    for slug in (record.slug, *former_slugs(record).values_list("slug", flat=True)):
        for code in CODES:
            with override(code):
                path = type(record)(slug=slug).get_absolute_url()
            if path:
                yield settings.SITE_URL + path


def pictures(record: Page) -> Iterator[str]:
    for photo in record.photos.all():
        for width in photo.widths:
            for extension in ENCODERS:
                yield settings.SITE_URL + photo.address(width, extension)


def former_slugs(record: Page) -> models.QuerySet:
    kind = ContentType.objects.get_for_model(record)
    slugs = apps.get_model("content", "FormerSlug").objects
    return slugs.filter(content_type=kind, object_id=record.pk)


def erase(record: Page, actor, *, evidence=False, address=False) -> None:
    """Inside a transaction. The row stays as a shell, so that its address can say that it is gone.

    ``evidence``: the consents and their signed forms too. ``address``: it tells too much itself, so
    it is unknown from now on; so is one that nobody outside ever saw.
    """
    address = address or not record.publish_at or record.is_telling(record.slug)
    slugs = set(former_slugs(record).values_list("slug", flat=True))
    unknown = slugs | {record.slug} if address else {s for s in slugs if record.is_telling(s)}
    forget_log(record)
    transaction.on_commit(partial(remove, private_files(record), pictures_of_traces(record)))
    counts = delete_rows(record, evidence)
    empty(record)
    if address:
        record.slug = record._loaded_slug = f"erased-{secrets.token_hex(8)}"
    record.touch(actor)
    record.save()
    record.translations.all().delete()
    former_slugs(record).filter(slug__in=unknown).delete()
    apps.get_model("content", "AuditEntry").objects.redact(record)
    if not Receipt.objects.about(record).exists():
        Receipt.objects.create(record=record, actor=actor)
    for receipt in Receipt.objects.about(record):
        receipt.forget_words(record, actor, counts, unknown)


def traces(record: Page) -> Iterator[models.QuerySet]:
    for name in TRACES:
        yield apps.get_model("content", name).objects.about(record)


def parts(record: Page) -> dict[str, models.QuerySet]:
    """Those of its form, and what every record can have, whether its form shows it or not."""
    names = dict.fromkeys((*record.parts, *Page.parts))
    return {name: getattr(record, name).all() for name in names}


def forget_log(record: Page) -> None:
    """The admin's own log names what was saved."""
    rows = [record, *record.telling_rows()]
    for found in (*parts(record).values(), *traces(record)):
        rows += found
    for row in rows:
        kind = ContentType.objects.get_for_model(row)
        log = LogEntry.objects.filter(content_type=kind, object_id=str(row.pk))
        log.update(object_repr=f"{row._meta.model_name} {row.pk}", change_message="")


def delete_rows(record: Page, evidence: bool) -> dict[str, int]:
    counts = {}
    for rows in (*traces(record), *parts(record).values()):
        counts[rows.model._meta.label_lower] = rows.count()
    for rows in traces(record):
        rows.delete()
    for part in parts(record):
        record.erase_part(part, evidence=evidence)
    return {name: number for name, number in counts.items() if number}


def empty(record: Page) -> None:
    """Every text and relation; what has to stay, such as the kind, says nothing of anyone."""
    for field in content_fields(type(record)):
        if field.unique or field.choices:
            continue
        if field.null:
            setattr(record, field.attname, None)
        elif isinstance(field, (models.CharField, models.TextField, models.FileField)):
            setattr(record, field.attname, "")
    for relation in many_relations(type(record)):
        getattr(record, relation.name).clear()


# Files. Those of its photos go with their rows.


def private_files(record: Page) -> set[str]:
    columns = [f for f in record._meta.concrete_fields if isinstance(f, PrivateFileField)]
    contents = [{f.attname: getattr(record, f.attname).name for f in columns}]
    contents += [document["fields"] for document in documents(record)]
    return {content[f.attname] for content in contents for f in columns if content.get(f.attname)}


def pictures_of_traces(record: Page) -> set[tuple[str, int]]:
    return set().union(*map(pictures_in, documents(record)))


def documents(record: Page) -> list[dict]:
    versions, proposals = list(traces(record))[:2]
    return [
        *versions.values_list("document", flat=True),
        *(document for pair in proposals.values_list("document", "base") for document in pair),
    ]


def remove(files: set[str], images: set[tuple[str, int]]) -> None:
    for name in files:
        private_storage().delete(name)
    for image, width in images:
        remove_files(image, width)
