"""E-mail to those whom a step concerns, each in their own language.

Mail travels and stays: it never tells who a child is. What a record is called in it says
``Page.name_in_mail()``; where consents are kept for a kind, the reason stays with the record too.
"""

import logging
from functools import reduce
from operator import or_
from smtplib import SMTPRecipientsRefused

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

logger = logging.getLogger(__name__)

FOR_REVIEWERS = {
    "submit": _("For your review: %(record)s"),
    "propose": _("A change to decide on: %(record)s"),
}
FOR_AUTHORS = {
    "return": _("A draft again: %(record)s"),
    "approve": _("Approved by the safeguarding lead: %(record)s"),
    "publish": _("Published: %(record)s"),
    "schedule": _("On the schedule: %(record)s"),
    "unschedule": _("Taken off the schedule: %(record)s"),
    "withdraw": _("Withdrawn: %(record)s"),
    "send_back": _("Your change was returned: %(record)s"),
    "accept": _("Your change is public: %(record)s"),
    "close": _("Your change was not taken: %(record)s"),
}
SUBJECTS = FOR_REVIEWERS | FOR_AUTHORS
ABOUT_PROPOSALS = {"propose", "send_back"}


def announce(record, action: str, actor, comment="", *, authors=()) -> None:
    """Tells, once the step is stored; a mail server that is down is logged and stops nothing.

    ``authors`` are keys of users, by default those who wrote and submitted the record. A step
    without a person, as of bundled content, concerns nobody.
    """
    if actor is None:
        return
    if action in FOR_REVIEWERS:
        users = reviewers(record)
    else:
        users = get_user_model().objects.filter(pk__in=authors or authors_of(record))
    step = {"action": action, "actor": actor, "comment": "" if record.keeps_consents else comment}

    def tell():  # Django asks its name to log a failure, and a partial has none
        send_step(users.exclude(pk=actor.pk), record, step)

    transaction.on_commit(tell, robust=True)


def send_step(users, record, step: dict) -> None:
    page = "proposal" if step["action"] in ABOUT_PROPOSALS else "change"
    heading = SUBJECTS[step["action"]]
    context = {"record": record, "heading": heading, "url": admin_address(record, page)} | step
    send([letter(user, "step", **context) for user in reachable(users)])


def reviewers(record):
    """Those who may publish it, and for a story about a child those who may approve it."""
    return with_right(*record.review_rights())


def with_right(*rights: str):
    """Users who have one of them."""
    users = get_user_model().objects
    return reduce(or_, map(users.with_perm, rights))


def authors_of(record) -> list[int]:
    """Who changed it last and who submitted it last; a reviewer may have mended a comma since."""
    entries = apps.get_model("content", "AuditEntry").objects.filter(
        content_type__app_label=record._meta.app_label,
        content_type__model=record._meta.model_name,
        object_id=record.pk,
        action="submit",
    )
    people = (record.changed_by_id, entries.values_list("actor", flat=True).first())
    return [pk for pk in people if pk]


def reachable(users):
    """Staff with an address who want notices."""
    staff = users.filter(is_active=True, is_staff=True).exclude(email="")
    return staff.exclude(staff_settings__notices="none").select_related("staff_settings")


def letter(user, template: str, **context) -> EmailMessage:
    """From ``mail/<template>.txt`` in the language of the reader; its first line is the subject."""
    chosen = getattr(user, "staff_settings", None)
    context["settings_url"] = settings.SITE_URL + reverse("my_settings")
    with override(chosen.language if chosen else settings.LANGUAGE_CODE):
        if heading := context.get("heading"):
            named = heading % {"record": context["record"].name_in_mail()}
            context["heading"] = " ".join(named.split())
        text = render_to_string(f"mail/{template}.txt", context)
    subject, _line, body = text.strip().partition("\n")
    headers = {"Auto-Submitted": "auto-generated"}
    return EmailMessage(subject, body.strip() + "\n", to=[user.email], headers=headers)


def send(letters: list[EmailMessage]) -> None:
    """One address that the server refuses does not keep the others from theirs.

    Raises OSError where the server does not answer or wants nothing of us.
    """
    if not letters:
        return
    with get_connection() as connection:
        for mail in letters:
            try:
                connection.send_messages([mail])
            except SMTPRecipientsRefused as refused:
                logger.warning("The mail server refused a recipient: %s", refused)


def admin_address(record, page="change") -> str:
    return settings.SITE_URL + record_path(type(record), record.pk, page)


def record_path(model, pk, page="change") -> str:
    """In the admin. A kind without such a page is looked at where it is changed."""
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    try:
        return reverse(f"{name}_{page}", args=[pk])
    except NoReverseMatch:
        return reverse(f"{name}_change", args=[pk])
