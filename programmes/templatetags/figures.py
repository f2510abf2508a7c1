from django import template

from programmes.charts import chart_of
from programmes.numbers import unit_after
from programmes.sparks import spark_of
from unicef_kz.content.languages import shown
from unicef_kz.content.templatetags.record import in_language

register = template.Library()


@register.simple_tag
def unit(figure, value):
    """The figure's unit as it stands after this value."""
    forms, language = shown(figure, "unit")
    number = value.value if value.value_max is None else value.value_max
    return in_language(unit_after(number, forms, language), language, "span")


@register.simple_tag
def chart(figure):
    return chart_of(figure)


@register.inclusion_tag("includes/spark.html")
def spark(figure):
    """Small, beside a number that says it all."""
    found = chart_of(figure)
    return {"spark": found and spark_of(found)}
