"""Who stands behind a record's text in each language, and which original it translates."""

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Case, CharField, Exists, OuterRef, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from .languages import CODES, translated_names


class TranslationState(models.TextChoices):
    SOURCE = "source", pgettext_lazy("translation", "original")
    MISSING = "missing", pgettext_lazy("translation", "missing")
    MACHINE = "machine", pgettext_lazy("translation", "machine-made")
    STALE = "stale", pgettext_lazy("translation", "older than the original")
    REVIEWED = "reviewed", pgettext_lazy("translation", "reviewed")


def state_in(model, language: str) -> Case:
    """``Translatable.translation_state()`` as a database expression."""
    missing = Q()
    for name in translated_names(model):
        empty = Q(**{f"{name}_{language}": ""}) | Q(**{f"{name}_{language}": None})
        for source in CODES:
            missing |= Q(source_language=source, **{f"{name}_{source}__gt": ""}) & empty
    rows = apps.get_model("content", "Translation").objects.filter(
        content_type=ContentType.objects.get_for_model(model),
        object_id=OuterRef("pk"),
        language=language,
    )
    return Case(
        When(source_language=language, then=Value(TranslationState.SOURCE.value)),
        When(missing, then=Value(TranslationState.MISSING.value)),
        When(Exists(rows.filter(is_stale=True)), then=Value(TranslationState.STALE.value)),
        When(Exists(rows.filter(state="reviewed")), then=Value(TranslationState.REVIEWED.value)),
        default=Value(TranslationState.MACHINE.value),
        output_field=CharField(),
    )


class Translatable(models.Model):
    """A record whose text is written in one language and translated into the others.

    What a translation was made from is noted on every save, whoever saves: the admin, an import, a
    command. So a change of the original makes exactly those translations stale that it touches.
    """

    source_language = models.CharField(
        _("written in"),
        max_length=2,
        choices=settings.LANGUAGES,
        default="en",
        help_text=_("The language the text was first written in; the others translate it."),
    )
    translations = GenericRelation("content.Translation")

    class Meta:
        abstract = True

    def save(self, *args, update_fields=None, **kwargs):
        before = self._stored_texts() if update_fields is None else None
        super().save(*args, update_fields=update_fields, **kwargs)
        if update_fields is None:
            self._note_texts(before)

    def texts(self, language: str) -> dict[str, str]:
        names = translated_names(type(self))
        return {name: getattr(self, f"{name}_{language}") or "" for name in names}

    def translation(self, language: str):
        """The note on the translation, or None where nobody and nothing made one."""
        return next((t for t in self.translations.all() if t.language == language), None)

    def translation_state(self, language: str) -> str:
        if language == self.source_language:
            return TranslationState.SOURCE
        if self.missing_texts(language):
            return TranslationState.MISSING
        note = self.translation(language)
        if note and note.is_stale:
            return TranslationState.STALE
        return TranslationState.REVIEWED if note and note.is_reviewed else TranslationState.MACHINE

    def missing_texts(self, language: str) -> list[str]:
        """Fields with a text in the first language and none in this one."""
        texts = self.texts(language)
        return [n for n, text in self.texts(self.source_language).items() if text and not texts[n]]

    def stale_texts(self, language: str) -> list[tuple[str, str, str]]:
        """(field, original then, original now) for what changed since the translation was made."""
        note, texts = self.translation(language), self.texts(language)
        then = note.source_texts if note else {}
        now = self.texts(self.source_language).items()
        return [(n, then.get(n, ""), t) for n, t in now if texts[n] and t != then.get(n, "")]

    def mark_reviewed(self, language: str, *, actor) -> None:
        """A person has read the text against the original of today and stands behind it.

        Raises Refused while a text is missing, PermissionDenied without the right to change.
        """
        from .publishing import Problem, Refused

        meta = self._meta
        if not actor.has_perm(f"{meta.app_label}.change_{meta.model_name}"):
            raise PermissionDenied
        if missing := self.missing_texts(language):
            text = gettext("The text in this language is not complete yet.")
            raise Refused(*(Problem(f"{name}_{language}", text) for name in missing))
        note = self.translation(language) or self.translations.model(record=self, language=language)
        note.state, note.is_stale = "reviewed", False
        note.reviewed_by, note.reviewed_at = actor, timezone.now()
        note.source_texts = self.texts(self.source_language)
        note.save()
        apps.get_model("content", "AuditEntry").note(
            self, "translation", actor, dict(settings.LANGUAGES)[language]
        )

    def _stored_texts(self) -> dict | None:
        columns = [f"{n}_{code}" for n in translated_names(type(self)) for code in CODES]
        return type(self)._base_manager.filter(pk=self.pk).values(*columns).first()

    def _note_texts(self, before: dict | None) -> None:
        notes = {note.language: note for note in self.translations.all()}
        original = self.texts(self.source_language)
        for language in CODES:
            if language == self.source_language:
                continue
            texts, was = self.texts(language), {}
            if before:
                was = {name: before[f"{name}_{language}"] or "" for name in texts}
            written = [n for n, text in texts.items() if text and text != was.get(n)]
            note = notes.get(language)
            if note is None and written:
                note = self._new_note(language, by_person=not any(was.values()))
            if note:
                note.source_texts |= {name: original[name] for name in written}
                kept = [name for name, text in texts.items() if text]
                note.is_stale = any(note.source_texts.get(n, "") != original[n] for n in kept)
                note.save()

    def _new_note(self, language: str, *, by_person: bool):
        """What a person writes into an empty language is theirs; nobody else needs to vouch."""
        note = self.translations.model(record=self, language=language)
        if by_person and self.changed_by_id:
            note.state = "reviewed"
            note.reviewed_by_id, note.reviewed_at = self.changed_by_id, timezone.now()
        return note
