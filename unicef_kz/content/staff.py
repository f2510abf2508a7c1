from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class StaffSettings(models.Model):
    """What a member of staff chose for themselves."""

    class Notices(models.TextChoices):
        ALL = "all", _("E-mail me when a step concerns me")
        NONE = "none", _("No e-mail")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="staff_settings", editable=False
    )
    language = models.CharField(
        _("language"),
        max_length=2,
        choices=settings.LANGUAGES,
        default=settings.LANGUAGE_CODE,
        help_text=_("Of the admin and of the e-mails you get from it."),
    )
    notices = models.CharField(
        _("notices"),
        max_length=4,
        choices=Notices,
        default=Notices.ALL,
        help_text=_(
            "About what waits for your review, what happened to your records, and consents that "
            "are about to expire."
        ),
    )

    class Meta:
        verbose_name = _("settings of a member of staff")
        verbose_name_plural = _("settings of staff")

    def __str__(self):
        return str(self.user)

    @classmethod
    def remember_language(cls, user, language: str) -> None:
        cls.objects.update_or_create(user=user, defaults={"language": language})
