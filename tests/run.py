"""Runs the whole suite: on SQLite always, on PostgreSQL and in a browser where they are found.

Whatever had to be skipped is said loudly and last. Long runs of faults are `make soak`.
"""

import os
import shutil
import subprocess
import sys

import psycopg2

from .programs import NGINX, SYSTEMD

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
#: What a database can change; the rest says the same on either, and runs on SQLite alone.
ON_POSTGRES = [
    "tests/test_backup.py",
    "tests/test_consent.py",
    "tests/test_constraints.py",
    "tests/test_content_version.py",
    "tests/test_contract.py",
    "tests/test_every_page_is_data.py",
    "tests/test_facets.py",
    "tests/test_filters.py",
    "tests/test_leaks.py",
    "tests/test_linked.py",
    "tests/test_page_cache.py",
    "tests/test_proposals.py",
    "tests/test_publishing.py",
    "tests/test_queries.py",
    "tests/test_query_plans.py",
    "tests/test_scheduling.py",
    "tests/test_search.py",
    "tests/test_search_index.py",
    "tests/test_search_questions.py",
    "tests/test_seed.py",
    "tests/test_sorting.py",
    "tests/test_state_machine.py",
    "tests/test_translations.py",
]
LOCAL_SERVERS = ("postgres:///postgres", "postgres://postgres@localhost/postgres")


def browser() -> str:
    return os.environ.get("BROWSER_PATH") or next(filter(None, map(shutil.which, BROWSERS)), "")


def postgres() -> str:
    """The address of a server on which this user may create a database, or ""."""
    for url in filter(None, (os.environ.get("POSTGRES_URL"), *LOCAL_SERVERS)):
        try:
            with psycopg2.connect(url, connect_timeout=3) as server, server.cursor() as cursor:
                cursor.execute("SELECT rolcreatedb FROM pg_roles WHERE rolname = current_user")
                if cursor.fetchone()[0]:
                    return url
        except psycopg2.Error:
            continue
    return ""


def pytest(*arguments: str, **environment: str) -> int:
    # One more than processors: many tests wait for a server or a browser.
    parallel = ["-n", str((os.cpu_count() or 1) + 1), "--dist", "loadfile"]
    command = [sys.executable, "-m", "pytest", "-q", *parallel, "--durations=15", *arguments]
    return subprocess.run(command, env=os.environ | environment, check=False).returncode


def main(arguments: list[str]) -> int:
    skipped, failures = [], 0
    subprocess.run([sys.executable, "manage.py", "compile_languages"], check=True)
    if path := browser():
        os.environ["BROWSER_PATH"] = path
    else:
        skipped.append("the browser tests: install Chromium, or name it in BROWSER_PATH")
    say("On SQLite")
    failures += pytest("-m", "not postgresql", *arguments) != 0
    if not NGINX:
        skipped.append("the tests of deploy/nginx: apt install nginx")
    if not SYSTEMD:
        skipped.append("the test of deploy/systemd: apt install systemd")
    if url := postgres():
        say("On PostgreSQL")
        chosen = ["-m", "not once", *(arguments or ON_POSTGRES)]
        failures += pytest(*chosen, TEST_DATABASE_URL=url) != 0
    else:
        skipped.append("everything on PostgreSQL: start a server, or name one in POSTGRES_URL")
    if not shutil.which("pdftotext"):
        skipped.append("the timeline on paper: install poppler-utils")
    for what in skipped:
        say(f"SKIPPED {what}")
    return 1 if failures else 0


def say(text: str) -> None:
    sys.stdout.write(f"\n=== {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
