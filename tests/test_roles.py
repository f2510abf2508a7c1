"""The four groups: made from one table, as often as one likes."""

from io import StringIO

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from unicef_kz.roles import ROLES

from .factories import MAKE

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def rights(role: str) -> set[str]:
    return set(Group.objects.get(name=role).permissions.values_list("codename", flat=True))


def run() -> str:
    out = StringIO()
    call_command("roles", stdout=out)
    return out.getvalue()


def test_command_makes_the_four_groups():
    assert sorted(Group.objects.values_list("name", flat=True)) == sorted(ROLES)


def test_second_run_changes_nothing_and_is_silent():
    before = {role: rights(role) for role in ROLES}
    assert (run(), {role: rights(role) for role in ROLES}) == ("", before)


def test_command_takes_away_what_was_added_by_hand():
    group = Group.objects.get(name="Editor")
    group.permissions.add(Permission.objects.get(codename="publish_story"))
    run()
    assert "publish_story" not in rights("Editor")


def test_command_gives_back_what_is_missing():
    group = Group.objects.get(name="Editor")
    before = rights("Editor")
    group.permissions.clear()
    assert (run(), rights("Editor")) == (f"Editor: {len(before)} rights\n", before)


def test_command_leaves_other_groups_alone():
    Group.objects.create(name="Translators")
    run()
    assert Group.objects.filter(name="Translators").exists()


def test_reviewer_may_all_that_an_editor_may():
    assert rights("Editor") - rights("Reviewer") == set()


def test_reviewer_may_publish_and_change_what_many_records_share():
    more = rights("Reviewer") - rights("Editor")
    assert {name for name in more if not name.startswith(("publish_", "erase_"))} == {
        "add_concept",
        "change_concept",
        "delete_concept",
        "add_correction",
        "change_correction",
        "delete_correction",
        "change_place",
        "delete_place",
        "add_citymembership",
        "change_citymembership",
        "delete_citymembership",
    }


def test_editor_publishes_nothing():
    steps = ("publish_", "approve_", "erase_")
    assert {name for name in rights("Editor") if name.startswith(steps)} == set()


def test_stories_are_erased_by_the_lead_and_other_records_by_reviewers():
    erasing = {
        role: {name for name in rights(role) if name.startswith("erase_")}
        for role in ("Reviewer", "Safeguarding lead")
    }
    others = {f"erase_{model._meta.model_name}" for model in MAKE} - {"erase_story"}
    assert erasing == {"Reviewer": others, "Safeguarding lead": {"erase_story"}}


@pytest.mark.parametrize("role", ["Editor", "Reviewer", "Administrator"])
def test_only_the_lead_sees_consents(role):
    assert {r for r in rights(role) if r.endswith(("_consent", "_withheldword"))} == set()


@pytest.mark.parametrize("role", ["Editor", "Reviewer", "Administrator"])
def test_only_the_lead_approves(role):
    assert "approve_story" not in rights(role)


def test_administrator_writes_nothing_but_accounts():
    writing = {r for r in rights("Administrator") if not r.startswith("view_")}
    assert writing == {"add_user", "change_user"}


@pytest.mark.parametrize("role", ROLES)
def test_nobody_writes_the_audit_trail(role):
    assert {r for r in rights(role) if r.endswith("_auditentry")} == {"view_auditentry"}
