"""nginx before the site."""

import subprocess
from contextlib import contextmanager

from ..browser import free_port, wait_for
from ..programs import NGINX
from .site import ROOT


@contextmanager
def nginx(site):
    """The file of deploy/nginx without its certificate, in what Debian has around it."""
    port, folder = free_port(), site.folder / "nginx"
    folder.mkdir(exist_ok=True)
    text = (ROOT / "deploy" / "nginx" / "unicef-kz.conf").read_text()
    start = text.index("server {\n  listen 80;")
    text = text[:start] + text[text.index("server {\n  listen 443") :]
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("ssl_")]
    text = "\n".join(line for line in lines if "listen [::]" not in line)
    for old, new in {
        "listen 443 ssl http2;": f"listen 127.0.0.1:{port};",
        "server 127.0.0.1:8000 ": f"server 127.0.0.1:{site.port} ",
        "kazakhstan.example.org": "127.0.0.1",
        "/var/log/nginx/": f"{folder}/",
    }.items():
        text = text.replace(old, new)
    (folder / "site.conf").write_text(text)
    places = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{place}_temp_path {folder}/{place};\n" for place in places)
    whole = folder / "nginx.conf"
    whole.write_text(
        f"worker_processes auto; daemon off; pid {folder}/pid; error_log {folder}/error.log;\n"
        "events { worker_connections 768; }\n"
        f"http {{\n{temporary}include /etc/nginx/mime.types;\ninclude {folder}/site.conf;\n}}\n"
    )
    server = subprocess.Popen([NGINX, "-c", whole], stderr=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz")
        yield port
    finally:
        server.terminate()
        server.wait(10)
