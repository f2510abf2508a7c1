"""The shape of the code: which way it depends, and how long its pieces are."""

import ast
import re
from pathlib import Path

import pytest
from django.core.management import call_command

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
OURS = ("programmes", "timeline", "stories", "unicef_kz")
#: package → those of ours that it may import
MAY_IMPORT = {
    "unicef_kz.content": set(),
    "programmes": {"unicef_kz.content"},
    "timeline": {"unicef_kz.content", "programmes"},
    "stories": {"unicef_kz.content", "programmes"},
    "unicef_kz": {"unicef_kz.content", "programmes", "timeline", "stories"},
}
MODULES = [
    path for app in OURS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts
]
TESTS = list((ROOT / "tests").glob("*.py"))
TEMPLATES = list((ROOT / "templates").rglob("*.html"))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def package(module: str) -> str:
    return "unicef_kz.content" if module.startswith("unicef_kz.content") else module.split(".")[0]


def imported(path: Path) -> set[str]:
    """Full names of the modules that a file imports."""
    parts, found = path.relative_to(ROOT).with_suffix("").parts, set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(parts[: len(parts) - node.level]) if node.level else ""
            found.add(".".join(filter(None, (base, node.module))))
            found |= {f"{base or node.module}.{a.name}" for a in node.names if not node.module}
    return found


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_dependencies_point_one_way(path):
    own = package(".".join(path.relative_to(ROOT).with_suffix("").parts))
    used = {package(m) for m in imported(path) if m.split(".")[0] in OURS}
    assert used - {own} <= MAY_IMPORT[own]


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_relations_by_name_point_one_way(path):
    """``apps.get_model("stories", …)`` would be an import by another name."""
    own = package(".".join(path.relative_to(ROOT).with_suffix("").parts))
    named = {
        node.args[0].value.split(".")[0]
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", "") == "get_model"
        and isinstance(node.args[0], ast.Constant)
    }
    used = {"unicef_kz.content" if label == "content" else label for label in named}
    assert used - {own} <= MAY_IMPORT[own]


@pytest.mark.parametrize(
    ("words", "home"),
    [
        ("creativecommons.org/licenses", "unicef_kz/settings.py"),
        ("spreadsheetml.sheet", "unicef_kz/kinds.py"),
        ("api/v1/", "unicef_kz/urls.py"),
    ],
)
def test_what_many_need_is_written_once(words, home):
    texts = [*MODULES, *TEMPLATES, *(ROOT / "templates").rglob("*.txt")]
    assert [name(path) for path in texts if words in path.read_text()] == [home]


@pytest.mark.parametrize("path", [*MODULES, *TESTS], ids=name)
def test_no_function_is_longer_than_forty_lines(path):
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    long = {
        node.name: node.end_lineno - node.lineno + 1
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, functions) and node.end_lineno - node.lineno >= 40
    }
    assert long == {}


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_no_module_is_longer_than_three_hundred_lines(path):
    assert len([line for line in path.read_text().splitlines() if line.strip()]) <= 300


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_no_template_is_longer_than_a_hundred_lines(path):
    assert len(path.read_text().splitlines()) <= 100


@pytest.mark.django_db
def test_migrations_are_complete():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_no_style_sheet_or_script_loads_from_elsewhere():
    """The sweep over pages reads the HTML only."""
    files = [p for kind in ("css", "js") for p in (ROOT / "static").rglob(f"*.{kind}")]
    elsewhere = re.compile(r"""(url\(|import|from|fetch\()\s*["']?(https?:)?//""")
    assert [name(p) for p in files if elsewhere.search(p.read_text())] == []
