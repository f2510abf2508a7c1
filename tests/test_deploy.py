"""The files in deploy/ with the programs that read them, where those are found."""

import os
import re
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings

from .browser import free_port, served
from .programs import NGINX, SYSTEMD

pytestmark = pytest.mark.once
DEPLOY = settings.BASE_DIR / "deploy"
OPENSSL = (
    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
    "-subj /CN=localhost -addext subjectAltName=DNS:localhost"
)
#: One public picture and a draft's, with their addresses on two lines.
PICTURES = """
from tests.factories import make_photo, make_programme
for state in ("published", "draft"):
    photo = make_photo(make_programme(state=state))
    print(photo.address(photo.widths[-1]))
"""
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "unicef_kz.settings",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "DATABASE_URL": "sqlite:////nowhere/db.sqlite3",
    "DEBUG": "0",
}


def test_django_finds_nothing_wrong_with_the_production_settings():
    environment = os.environ | dict(values()) | PRODUCTION
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    run = subprocess.run(command, env=environment, cwd=settings.BASE_DIR, capture_output=True)
    assert run.stderr == b""
    assert run.stdout.startswith(b"System check identified no issues")


def values() -> list[tuple[str, str]]:
    lines = (DEPLOY / "unicef-kz.env").read_text().splitlines()
    return [tuple(line.split("=", 1)) for line in lines if line and not line.startswith("#")]


def test_every_variable_of_the_example_is_explained():
    explained = (settings.BASE_DIR / ".env.example").read_text()
    assert [name for name, _value in values() if f"{name}=" not in explained] == []


def test_each_timer_runs_a_command_that_there_is():
    commands = settings.BASE_DIR / "unicef_kz" / "management" / "commands"
    for path in (DEPLOY / "systemd").glob("*.timer"):
        (name,) = re.findall(r"^Unit=unicef-kz-task@(\w+)\.service$", path.read_text(), re.M)
        assert (commands / f"{name}.py").exists()


@pytest.mark.skipif(not SYSTEMD, reason="no systemd-analyze")
def test_systemd_understands_the_units(tmp_path):
    for path in (DEPLOY / "systemd").iterdir():
        text = re.sub(r"/srv/unicef-kz/.venv/bin/\w+", sys.executable, path.read_text())
        text = re.sub(r"^Documentation=.*", "", text, flags=re.M)
        (tmp_path / path.name.replace("@.", "@backup.")).write_text(text)
    units = sorted(map(str, tmp_path.iterdir()))
    run = subprocess.run([SYSTEMD, "verify", "--man=no", *units], capture_output=True, text=True)
    ours = [line for line in run.stderr.splitlines() if "unicef-kz" in line]
    assert ours == []


# nginx


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("certificate")
    subprocess.run(
        [*OPENSSL.split(), "-keyout", folder / "key.pem", "-out", folder / "chain.pem"],
        check=True,
        capture_output=True,
    )
    return folder


def configured(folder, certificate, *, app="127.0.0.1:8000", port=8443, private="", static=""):
    """The site's file as it is, but for places, names and ports, in a configuration around it."""
    text = (DEPLOY / "nginx" / "unicef-kz.conf").read_text()
    for old, new in {
        "listen [::]:80;": "",
        "listen [::]:443 ssl http2;": "",
        "listen 80;": f"listen 127.0.0.1:{free_port()};",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{port} ssl http2;",
        "/etc/letsencrypt/live/kazakhstan.example.org/fullchain.pem": f"{certificate}/chain.pem",
        "/etc/letsencrypt/live/kazakhstan.example.org/privkey.pem": f"{certificate}/key.pem",
        "/var/log/nginx/unicef-kz.log": f"{folder}/access.log",
        "server 127.0.0.1:8000 ": f"server {app} ",
        "/srv/unicef-kz/var/private/": f"{private}/",
        "/srv/unicef-kz/var/static/": f"{static}/",
        "kazakhstan.example.org": "localhost",
    }.items():
        assert old in text
        text = text.replace(old, new)
    (folder / "site.conf").write_text(text)
    temporary = "\n".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.geteuid() == 0 else ""
    whole = folder / "nginx.conf"
    whole.write_text(
        f"{user} daemon off; pid {folder}/pid; error_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{\ninclude /etc/nginx/mime.types;\n{temporary}\n"
        f"include {folder}/site.conf;\n}}\n"
    )
    return whole


needs_nginx = pytest.mark.skipif(not NGINX, reason="no nginx")


@needs_nginx
def test_nginx_understands_the_site(tmp_path, certificate):
    config = configured(tmp_path, certificate)
    run = subprocess.run([NGINX, "-t", "-c", config], capture_output=True, text=True)
    assert run.stderr.splitlines()[-1].endswith("test is successful")
    assert "[warn]" not in run.stderr


@pytest.fixture(scope="module")
def proxied(tmp_path_factory, certificate):
    """(how to fetch, addresses of a public and a draft's picture, the folder of nginx)."""
    folder, web = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("nginx")
    port = free_port()
    with served(folder, seeded=False, ACCEL="1", TRUSTED_PROXIES="1") as address:
        app = address.removeprefix("http://")
        static, private = settings.BASE_DIR / "static", folder / "private"
        config = configured(web, certificate, app=app, port=port, private=private, static=static)
        shell = [sys.executable, "manage.py", "shell", "--no-imports", "-c", PICTURES]
        inside = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "TEST_DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
            "PRIVATE_MEDIA_ROOT": str(private),
        }
        pictures = subprocess.run(
            shell, env=inside, cwd=settings.BASE_DIR, check=True, capture_output=True, text=True
        ).stdout.split()
        nginx = subprocess.Popen([NGINX, "-c", config], stderr=subprocess.DEVNULL)
        trusted = ssl.create_default_context(cafile=certificate / "chain.pem")

        def fetch(path, **headers):
            request = urllib.request.Request(f"https://localhost:{port}{path}", headers=headers)
            try:
                with urllib.request.urlopen(request, context=trusted) as answer:
                    return answer.status, answer.headers, answer.read()
            except urllib.error.HTTPError as error:
                with error:
                    return error.status, error.headers, error.read()

        wait_for_file(web / "pid")
        yield fetch, pictures, folder
        nginx.terminate()
        nginx.wait()


def wait_for_file(path: Path):
    deadline = time.monotonic() + 20
    while not path.exists() or not path.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@needs_nginx
def test_pages_pass_through_nginx(proxied):
    fetch, _pictures, _folder = proxied
    status, headers, body = fetch("/healthz")
    assert (status, body) == (200, b'{"status": "ok"}')
    assert re.fullmatch("[0-9a-f]{32}", headers["X-Request-ID"])
    status, headers, body = fetch("/en/", **{"Accept-Encoding": "gzip"})
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")


@needs_nginx
def test_static_files_come_from_nginx_for_good(proxied):
    fetch, _pictures, _folder = proxied
    status, headers, body = fetch("/static/css/tokens.css")
    assert body == (settings.BASE_DIR / "static/css/tokens.css").read_bytes()
    assert (status, headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")
    assert "X-Request-ID" not in headers


@needs_nginx
def test_a_picture_comes_from_nginx_once_the_site_allows_it(proxied):
    fetch, (public, draft), folder = proxied
    status, headers, body = fetch(public)
    name = public.removeprefix("/media/").replace("/", "-")
    assert (status, body) == (200, (folder / "private" / name).read_bytes())
    assert headers["Content-Type"] == "image/jpeg"
    assert headers["Cache-Control"] == "no-cache"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "X-Accel-Redirect" not in headers
    assert fetch(public, **{"If-None-Match": headers["ETag"]})[0] == 304
    assert fetch(draft)[0] == 404
    assert fetch(f"/protected/{name}")[0] == 404


@needs_nginx
def test_a_body_that_is_too_large_is_refused_at_the_door(proxied):
    fetch, _pictures, _folder = proxied
    assert fetch("/en/", **{"Content-Length": "30000000"})[0] == 413
