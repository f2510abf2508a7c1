"""A look at one record for somebody without an account: it expires, and it can be taken back."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .about import About, AboutQuerySet
from .publishing import Page

LONGEST = 30  # days


class ReviewLinkQuerySet(AboutQuerySet):
    def live(self):
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())

    def by_key(self, key: str):
        return self.live().filter(digest=digest_of(key)).first()


def digest_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def may_show(record: Page, actor) -> bool:
    """Asked when a link is made and at every look: a child may have entered the record since."""
    meta = record._meta
    allowed = actor is not None and actor.has_perm(f"{meta.app_label}.change_{meta.model_name}")
    return allowed and record.may_change_in_public(actor)


class ReviewLink(About):
    """The key itself is shown once and stored nowhere."""

    digest = models.CharField(max_length=64, unique=True, editable=False)
    reader = models.CharField(_("for whom"), max_length=150)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    expires_at = models.DateTimeField(_("valid until"))
    revoked_at = models.DateTimeField(_("taken back"), null=True, editable=False)

    objects = ReviewLinkQuerySet.as_manager()

    class Meta(About.Meta):
        ordering = ["-pk"]
        verbose_name = _("link for a reader")
        verbose_name_plural = _("links for readers")

    def __str__(self):
        return self.reader

    @classmethod
    def make(cls, record: Page, *, actor, reader: str, days: int) -> str:
        """The key for the address. Raises PermissionDenied for who may not show the record."""
        if not may_show(record, actor):
            raise PermissionDenied
        key = secrets.token_urlsafe(24)
        cls.objects.create(
            record=record,
            digest=digest_of(key),
            reader=reader,
            created_by=actor,
            expires_at=timezone.now() + timedelta(days=min(days, LONGEST)),
        )
        return key

    @property
    def is_live(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()

    def revoke(self) -> None:
        self.revoked_at = timezone.now()
        self.save(update_fields=["revoked_at"])
