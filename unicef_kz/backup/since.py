"""What was taken back after a backup was made: a restore must not publish it again."""

import datetime
from dataclasses import dataclass

from django.apps import apps
from django.db import DatabaseError
from django.db.models import Q

from stories.models import Consent
from unicef_kz.content.erasing import Receipt
from unicef_kz.content.publishing import Page, Refused, Status

REASON = "Was withdrawn after the backup that was restored."


@dataclass(frozen=True)
class TakenBack:
    """``consents`` and ``records``: what identifies each in both databases, as lookups."""

    records: list[tuple[str, dict, bool]]
    consents: list[tuple[dict, datetime.date]]


def taken_back_since(moment: datetime.datetime) -> TakenBack | None:
    """From the database that will be replaced; None where that cannot be read."""
    try:
        receipts = Receipt.objects.filter(Q(at__gte=moment) | Q(erased_at__gte=moment))
        records = {
            (receipt.content_type_id, receipt.object_id): (
                receipt.record._meta.label_lower,
                identity(receipt.record),
                receipt.erased_at is not None,
            )
            for receipt in receipts.select_related("content_type").order_by("at")
            if isinstance(receipt.record, Page) and receipt.record.status == Status.WITHDRAWN
        }
        consents = [
            ({"pk": consent.pk, "subject_id": consent.subject_id}, consent.withdrawn_on)
            for consent in Consent.objects.exclude(withdrawn_on=None)
        ]
    except DatabaseError:
        return None
    return TakenBack(list(records.values()), consents)


def identity(record: Page) -> dict:
    """The key alone could be another record's, where the backup comes from another machine."""
    return {"pk": record.pk, "created_at": record.created_at}


def take_back_again(taken: TakenBack) -> list[str]:
    """In the restored database. What was done, and what a person has to do, line by line."""
    lines = []
    for label, lookup, is_erased in taken.records:
        record = apps.get_model(label)._base_manager.filter(**lookup).first()
        if record and record.status == Status.PUBLISHED:
            lines.append(withdraw(record))
        if record and is_erased:
            name = f"{record._meta.verbose_name} {record.pk}"
            lines.append(f"Had been erased: erase it again in the admin: {name}")
    for lookup, day in taken.consents:
        if Consent.objects.filter(**lookup, withdrawn_on=None).update(withdrawn_on=day):
            lines.append(f"Withdrawn again: consent {lookup['pk']}")
    return lines


def withdraw(record: Page) -> str:
    name = f"{record._meta.verbose_name} {record.pk} ({record.slug})"
    try:
        record.withdraw(actor=None, comment=REASON)
    except Refused as error:
        return f"WITHDRAW BY HAND, it is public again: {name}: {error}"
    return f"Withdrawn again: {name}"
