"""The whole bundled record leaves as files and comes back unchanged."""

import pytest

from unicef_kz.content.exchange.files import CSV, XLSX, read
from unicef_kz.content.exchange.imports import Import
from unicef_kz.content.exchange.rows import State
from unicef_kz.exchanged import KINDS, records_of, sheet_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded"), pytest.mark.once]


def exported(kind: str, form) -> bytes:
    sheet = sheet_of(kind)
    querysets = records_of(sheet)
    return form().export_data(sheet.export(querysets if sheet.has_many_rows else querysets[0]))


@pytest.mark.parametrize("form", [CSV, XLSX])
@pytest.mark.parametrize("kind", KINDS)
def test_import_of_an_export_changes_nothing(superuser, kind, form):
    plan = Import(sheet_of(kind), read(exported(kind, form)), actor=superuser)
    plan.run()
    assert {row.state for row in plan.rows} == {State.UNCHANGED}
