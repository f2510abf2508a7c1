"""Which values a filter can take, and which public records have each of them."""

from django.db.models import CharField, F, Model, Value
from django.db.models.functions import Cast

from .keysets import KeySet
from .languages import CODES

#: code → (titles in the languages, the public records that have it)
Options = dict[str, tuple[tuple, int]]


def read(filters: list[tuple[type[Model], str, object]]) -> dict[type[Model], dict[str, Options]]:
    """Of each (model, parameter, filter); all in one statement."""
    found, models = {}, {}
    for model, name, _filter in filters:
        models[model._meta.label] = model
        found.setdefault(model, {})[name] = {}
    for label, name, code, *titles, keys in united([rows(*each) for each in filters]):
        found[models[label]][name][code] = tuple(titles), keys
    return found


def united(parts: list):
    return parts[0].union(*parts[1:], all=True) if parts else ()


def rows(model, name, chosen):
    records = model.objects.public().order_by()
    titles = dict.fromkeys((f"in_{code}" for code in CODES), Cast(Value(None), CharField()))
    if chosen.label_path:
        options = {f"{chosen.field_name}__in": chosen.records()}
        records = records.filter(**options, **chosen.only_through_public(model))
        titles = {f"in_{code}": F(f"{chosen.label_path}_{code}") for code in CODES}
    return (
        records.annotate(
            model=Value(model._meta.label, CharField()),
            facet=Value(name, CharField()),
            code=Cast(F(chosen.path), CharField()),
            **titles,
        )
        .values_list("model", "facet", "code", *titles)
        .annotate(keys=KeySet("pk"))
        .order_by()
    )
