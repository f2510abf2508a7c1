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
from .search.words import plain_text


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
    missing |= Exists(rows.filter(is_partial=True))
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

    Each translation notes the text and what it was made from, whoever saves: the admin, an import,
    a command. So a change of the original makes exactly those texts stale that it touches, those of
    the rows on the record included, such as the caveat of a value. Texts are known by the name of
    their field, those of rows by ``part.key.field``.
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
        super().save(*args, update_fields=update_fields, **kwargs)
        if update_fields is None:
            self.note_texts()

    def texts(self, language: str) -> dict[str, str]:
        """Its own, without those of its rows."""
        names = translated_names(type(self))
        return {name: getattr(self, f"{name}_{language}") or "" for name in names}

    def search_texts(self, language: str) -> dict[str, str]:
        """What it is found by: ``title``, ``names`` (codes, other names), ``summary``, ``body``.

        Only what its public page says itself; what other records say of it has gates of its own.
        """
        texts = self.texts(language)
        title, summary = texts.pop("title"), texts.pop("summary")
        body = plain_text(" ".join(filter(None, texts.values())))
        return {"title": title, "names": "", "summary": summary, "body": body}

    def all_texts(self) -> dict[str, dict[str, str]]:
        """By language, those of its rows included."""
        found = {code: self.texts(code) for code in CODES}
        for part in self.parts:
            for row in getattr(self, part).all():
                for name in translated_names(type(row)):
                    for code in CODES:
                        text = getattr(row, f"{name}_{code}") or ""
                        found[code][f"{part}.{row.pk}.{name}"] = text
        return found

    def field_of_text(self, key: str) -> models.Field:
        part, _dot, rest = key.partition(".")
        if not rest:
            return self._meta.get_field(key)
        return getattr(self, part).model._meta.get_field(rest.partition(".")[2])

    def translation(self, language: str):
        """The note on the translation, or None where nobody and nothing made one."""
        return next((t for t in self.translations.all() if t.language == language), None)

    def translation_state(self, language: str) -> str:
        if language == self.source_language:
            return TranslationState.SOURCE
        note = self.translation(language)
        if self.missing_texts(language) or (note and note.is_partial):
            return TranslationState.MISSING
        if note and note.is_stale:
            return TranslationState.STALE
        return TranslationState.REVIEWED if note and note.is_reviewed else TranslationState.MACHINE

    def missing_texts(self, language: str) -> list[str]:
        """Its own fields with a text in the first language and none in this one."""
        return lacking(self.texts(self.source_language), self.texts(language))

    def stale_texts(self, language: str) -> list[tuple[str, str, str]]:
        """(text, original then, original now) for what changed since the translation was made."""
        note, now = self.translation(language), self.all_texts()[self.source_language]
        then = note.source_texts if note else {}
        return [(key, text, now[key]) for key, text in then.items() if now.get(key, text) != text]

    def mark_reviewed(self, language: str, *, actor) -> None:
        """A person has read the text against the original of today and stands behind it.

        Raises Refused while a text is missing, PermissionDenied without the right to change.
        """
        from .publishing import Problem, Refused

        meta, texts = self._meta, self.all_texts()
        if not actor.has_perm(f"{meta.app_label}.change_{meta.model_name}"):
            raise PermissionDenied
        if missing := lacking(texts[self.source_language], texts[language]):
            text = gettext("The text in this language is not complete yet.")
            parts = (key.partition(".") for key in missing)
            fields = (part if dot else f"{part}_{language}" for part, dot, _rest in parts)
            raise Refused(*(Problem(field, text) for field in dict.fromkeys(fields)))
        self.vouch(language, state="reviewed", reviewed_by=actor, reviewed_at=timezone.now())
        apps.get_model("content", "AuditEntry").note(
            self, "translation", actor, dict(settings.LANGUAGES)[language]
        )

    def vouch(self, language: str, **values) -> None:
        """The translation is one of the original of today; ``values`` say by whom."""
        note, texts = self.translation(language), self.all_texts()
        note = note or self.translations.model(record=self, language=language)
        for name, value in values.items():
            setattr(note, name, value)
        note.weigh(texts[self.source_language], texts[language], written=texts[language])
        note.save()

    def note_texts(self) -> None:
        """Once the record or its rows are saved: what was written anew, what is stale by now."""
        notes = {note.language: note for note in self.translations.order_by("pk")}
        every = self.all_texts()
        for language, texts in every.items():
            if language == self.source_language:
                continue
            note = notes.get(language)
            known = note.texts if note else {}
            written = [key for key, text in texts.items() if text and text != known.get(key)]
            if note is None and written:
                note = self._new_note(language)
            if note and note.weigh(every[self.source_language], texts, written):
                note.save()

    def _new_note(self, language: str):
        """What a person writes into an empty language is theirs; nobody else needs to vouch."""
        note = self.translations.model(record=self, language=language)
        if self.changed_by_id:
            note.state = "reviewed"
            note.reviewed_by_id, note.reviewed_at = self.changed_by_id, timezone.now()
        return note


def lacking(original: dict, texts: dict) -> list[str]:
    return [key for key, text in original.items() if text and not texts[key]]
