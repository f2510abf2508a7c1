"""Serializers that follow the models: labels, help texts, choices, languages and relations."""

from django.db import models
from django.db.models import Prefetch
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from modeltranslation.utils import build_localized_fieldname
from rest_framework import serializers

from unicef_kz.content.dates import EDTFField
from unicef_kz.content.languages import CODES, translated_names
from unicef_kz.content.publishing import Page
from unicef_kz.content.richtext import RichTextField

from .descriptions import described
from .fields import Choice, Number, Reference, References, RichTexts, Text, Texts, WrittenDate


class OurSerializer(serializers.ModelSerializer):
    """Fields as the models have them: translated, chosen from a list, related by code."""

    def get_fields(self):
        fields = super().get_fields()
        for name, field in fields.items():
            field.help_text = field.help_text or described(self.Meta.model, name)
        return fields

    def build_standard_field(self, name, field):
        said = {"label": capfirst(field.verbose_name), "help_text": field.help_text}
        if name in translated_names(self.Meta.model):
            return RichTexts if isinstance(field, RichTextField) else Texts, said
        if field.choices:
            return Choice, said | {"choices": field.flatchoices}
        if isinstance(field, models.DecimalField):
            return Number, said
        if isinstance(field, models.CharField | models.TextField):
            return WrittenDate if isinstance(field, EDTFField) else Text, said
        return super().build_standard_field(name, field)

    def get_uniqueness_extra_kwargs(self, field_names, declared_fields, extra_kwargs):
        """Nothing is written, so nothing is required."""
        return extra_kwargs, {}

    def build_relational_field(self, name, relation):
        model, field = relation.related_model, relation.model_field
        said = {"label": capfirst(field.verbose_name), "help_text": field.help_text}
        if relation.to_many:
            return References, said | {"child": Reference(codes_of(model))}
        # Null where it is hidden, too.
        return Reference, said | {"codes": codes_of(model), "allow_null": True}

    #: Those that the fields do not show by themselves, as functions.
    prefetches = ()

    @classmethod
    def related(cls):
        model = cls.Meta.model
        for name in cls.Meta.fields:
            field = model._meta.get_field(name) if name not in cls._declared_fields else None
            if field is not None and field.is_relation:
                yield names_only(name, field.related_model)
        yield from (prefetch() for prefetch in cls.prefetches)


def codes_of(model) -> tuple[str, ...]:
    codes = getattr(model, "code_fields", ("slug",))
    return codes if "slug" in codes or not issubclass(model, Page) else (*codes, "slug")


def names_only(name: str, model) -> Prefetch:
    """Those that are public, with no more of them than a reference says."""
    rows = model.objects.public() if issubclass(model, Page) else model.objects.all()
    titles = [build_localized_fieldname("title", code) for code in CODES]
    return Prefetch(name, rows.only(*codes_of(model), *titles))


class Days(serializers.Serializer):
    """Fields to inherit: what a date as written can mean."""

    earliest = serializers.DateField(
        label=_("First possible day"),
        help_text=_("What the date as written can mean at the earliest; for sorting."),
        allow_null=True,
    )
    latest = serializers.DateField(
        label=_("Last possible day"),
        help_text=_("What it can mean at the latest; empty for an open end."),
        allow_null=True,
    )
    DAYS = ("earliest", "latest")
