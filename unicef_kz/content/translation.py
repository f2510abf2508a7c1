from modeltranslation.translator import TranslationOptions, register

from .models import Citation, Concept, Correction, Photo, Source, StandingPage

PAGE_FIELDS = ("title", "summary", "differences")


@register(Source)
class SourceTranslation(TranslationOptions):
    fields = (*PAGE_FIELDS, "date_note")


@register(StandingPage)
class StandingPageTranslation(TranslationOptions):
    fields = (*PAGE_FIELDS, "body")


@register(Citation)
class CitationTranslation(TranslationOptions):
    fields = ("says",)


@register(Photo)
class PhotoTranslation(TranslationOptions):
    fields = ("alt", "caption")


@register(Concept)
class ConceptTranslation(TranslationOptions):
    fields = ("title",)


@register(Correction)
class CorrectionTranslation(TranslationOptions):
    fields = ("reason",)
