from modeltranslation.translator import TranslationOptions, register

from unicef_kz.content.translation import PAGE_FIELDS

from .models import Milestone


@register(Milestone)
class MilestoneTranslation(TranslationOptions):
    fields = (*PAGE_FIELDS, "date_note", "body")
