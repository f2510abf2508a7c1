"""Which values a filter can take, and which public records have each of them.

Of millions of records nothing is joined: the rows between them and programmes, regions or partners
are grouped as they stand; what lies beyond those, and who may be seen, is worked out from sets.
"""

from functools import reduce
from operator import or_

from django.db.models import CharField, F, Model, QuerySet, Value
from django.db.models.functions import Cast

from .keysets import KeySet, keys_in
from .languages import CODES

#: Marks what is grouped by a relation or column, beside the parameters.
NEAR = "/"
#: code → (titles in the languages, the public records that have it)
Options = dict[str, tuple[tuple, int]]


def read(filters: list[tuple], public: dict[type[Model], int]) -> dict[type, dict[str, Options]]:
    """Of each (model, parameter, filter), by model and parameter; all in one statement."""
    values, found = {}, {}
    near = dict.fromkeys((model, near_part(model, chosen)) for model, _name, chosen in filters)
    parts = [rows(*each) for each in filters if each[2].is_related]
    for label, name, code, *titles, keys in united([*parts, *(grouped(*n) for n in near if n[1])]):
        values.setdefault((label, name), []).append((code, tuple(titles), keys))
    for model, name, chosen in filters:
        label, part, seen = model._meta.label, near_part(model, chosen), public[model]
        sets = {code: keys for code, _titles, keys in values.get((label, NEAR + part), ())}
        options = found.setdefault(model, {})[name] = {}
        if not chosen.is_related:
            options |= {code: ((None,) * len(CODES), keys & seen) for code, keys in sets.items()}
            continue
        for code, titles, keys in values.get((label, name), ()):
            if part:
                keys = reduce(or_, (sets.get(str(key), 0) for key in keys_in(keys)), 0)
            options[code] = titles, keys & seen
    return found


def united(parts: list):
    return parts[0].union(*parts[1:], all=True) if parts else ()


def near_part(model, chosen) -> str:
    """The relation or column of the model itself that a filter begins with; "" where it is found
    by joins, as between the few records of other kinds.
    """
    if not chosen.is_related:
        return chosen.field_name
    first = chosen.field_name.partition("__")[0]
    return first if first != "pk" and model._meta.get_field(first).many_to_many else ""


def grouped(model, name: str, values=None):
    """(label, relation or column, value or key of the other side, no titles, keys), of all values
    or of these.
    """
    if model._meta.get_field(name).many_to_many:
        found, own, other = between(model, name)
        own, other = f"{own}_id", f"{other}_id"
    else:
        found, own, other = QuerySet(model).order_by(), "pk", name
    if values is not None:
        found = found.filter(**{f"{other}__in": values})
    titles = dict.fromkeys((f"in_{code}" for code in CODES), Cast(Value(None), CharField()))
    return by_value(found, model, NEAR + name, other, titles, own)


def by_value(found, model, name: str, path: str, titles: dict, own="pk"):
    return (
        QuerySet(found.model, query=found.query)
        .annotate(
            of_model=Value(model._meta.label, CharField()),
            of_facet=Value(name, CharField()),
            by_code=Cast(F(path), CharField()),
            **titles,
        )
        .values_list("of_model", "of_facet", "by_code", *titles)
        .annotate(keys=KeySet(own))
        .order_by()
    )


def between(model, name: str) -> tuple[QuerySet, str, str]:
    """The rows of a relation, the name of its side there, and that of the other."""
    relation = model._meta.get_field(name)
    field = relation.remote_field if relation.auto_created else relation
    own, other = field.m2m_field_name(), field.m2m_reverse_field_name()
    if relation.auto_created:
        own, other = other, own
    return QuerySet(field.remote_field.through).order_by(), own, other


def rows(model, name, chosen):
    """(label of the model, parameter, code, titles, keys): keys are those of the records at the end
    of the near part, where there is one, else of the model.
    """
    source, path = model, chosen.field_name
    if near := near_part(model, chosen):
        source, path = model._meta.get_field(near).related_model, path.partition("__")[2] or "pk"
    start = "" if path == "pk" else f"{path}__"
    found = source.objects.public() if hasattr(source.objects, "public") else source.objects.all()
    found = found.filter(**{f"{path}__in": chosen.records()}, **through_public(source, path))
    titles = {f"in_{code}": F(f"{start}title_{code}") for code in CODES}
    return by_value(found, model, name, f"{start}{chosen.code}", titles)


def through_public(model, path: str) -> dict:
    """So that no hidden programme, region or value on the way ties two public records."""
    conditions, names = {}, path.split("__")
    for depth, name in enumerate(names[:-1], 1):
        model = model._meta.get_field(name).related_model
        if hasattr(model.objects, "public"):
            conditions["__".join(names[:depth]) + "__in"] = model.objects.public()
    return conditions
