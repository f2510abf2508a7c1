from collections.abc import Iterator
from itertools import islice

from unicef_kz.content.search.index import SearchEntry, entry, searchable

BATCH = 100


def index_made() -> Iterator[int]:
    """Writes what the made records are found by; yields how many are done, now and then."""
    done = 0
    for model in searchable():
        made = model._base_manager.filter(status="published", slug__startswith="made-")
        indexed = SearchEntry.objects.filter(content_type__model=model._meta.model_name)
        made = made.exclude(pk__in=indexed.values("object_id"))
        records = made.prefetch_related(*model.search_related).iterator(BATCH)
        while batch := list(islice(records, BATCH)):
            SearchEntry.objects.bulk_create(map(entry, batch))
            done += len(batch)
            yield done
