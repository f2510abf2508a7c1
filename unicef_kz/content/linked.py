"""Which public records a record leads to, by the tables between them."""

from django.db.models import CharField, F, Value

from .kept import Kept, public_keys
from .languages import CODES
from .options import between, united
from .orders import Order, in_order

#: (model, key) → a record with the columns of a link. The same few stand on page after page.
NAMED = Kept(1000)


def linked_keys(record, *names: str) -> dict[str, list[int]]:
    """relation → the keys of the public records that it leads to; all in one statement."""
    found = {name: [] for name in names}
    models = {name: record._meta.get_field(name).related_model for name in names}
    public = public_keys(models.values())
    parts = []
    for name in names:
        rows, own, other = between(type(record), name)
        named = rows.filter(**{own: record.pk}).annotate(tie=Value(name, CharField()))
        parts.append(named.annotate(other=F(f"{other}_id")).values_list("tie", "other"))
    for name, key in united(parts):
        if public[models[name]] >> key & 1:
            found[name].append(key)
    return found


def named(model, keys: list[int]) -> list:
    """Public records with nothing but what a link says, in the order of their kind."""
    orders = [Order.of(column) for column in model._meta.ordering]
    columns = {"slug", *(f"title_{code}" for code in CODES), *(order.name for order in orders)}

    def read(missing):
        rows = model.objects.public().filter(pk__in=[key for _model, key in missing])
        return {(model, record.pk): record for record in rows.only(*columns)}

    found = NAMED.get_all([(model, key) for key in keys], read)
    rows = [(key, *(getattr(found[model, key], o.name) for o in orders)) for _model, key in found]
    return [found[model, key] for key, *_columns in in_order(rows, orders)]
