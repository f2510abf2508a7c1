from modeltranslation.translator import TranslationOptions, register

from unicef_kz.content.translation import PAGE_FIELDS

from .models import Story, Subject


@register(Story)
class StoryTranslation(TranslationOptions):
    fields = (*PAGE_FIELDS, "standfirst", "body", "pull_quote", "date_note")


@register(Subject)
class SubjectTranslation(TranslationOptions):
    fields = ("label",)
