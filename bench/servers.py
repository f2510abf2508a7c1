"""Servers on loopback: our site, the textbook one, and what the machine can do at most."""

import os
import shutil
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .client import CONNECTIONS, ask
from .databases import ROOT
from .machine import memory, tree

NGINX = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
#: As manage.py serve starts it.
GRANIAN = "-m granian --interface wsgi --workers 2 --blocking-threads 1 --no-ws --log-level warning"
NGINX_CONF = """
daemon off;
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 256; }}
http {{
  access_log off;
  keepalive_requests 100000000;
  default_type "text/html; charset=utf-8";
  open_file_cache max=10;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{ listen 127.0.0.1:{port} reuseport; root {folder}/bytes; }}
}}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A started program; ``first`` is how many seconds its first answer took."""

    def __init__(self, name: str, command: list[str], port: int, path: str, log: Path, **env: str):
        self.name, self.host = name, f"127.0.0.1:{port}"
        start = time.perf_counter()
        with log.open("w") as output:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=os.environ | env, stdout=output, stderr=output
            )
        status = 0
        while status != 200:
            if self.process.poll() is not None or time.perf_counter() - start > 60:
                raise RuntimeError(f"{name} does not start: {log.read_text()[-2000:]}")
            status = ask(self.host, path)[0]
            time.sleep(0.02)
        self.first = time.perf_counter() - start

    def pids(self) -> list[int]:
        return tree(self.process.pid)

    def workers_mb(self) -> list[float]:
        """Of each process that answers; the one that started them does not."""
        return [memory(pid) for pid in self.pids()[1:]]

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)

    def ask_all(self, paths: list[str]) -> None:
        """Often enough that every worker has shown the rows of each."""
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            for _turn in range(3):
                list(pool.map(lambda path: ask(self.host, path), paths))

    def is_quick(self, path: str, ms: int = 50) -> bool:
        """Whether every worker seems to answer at once."""
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            asked = [pool.submit(ask, self.host, path) for _ in range(CONNECTIONS * 2)]
            return all(a.result()[1] * 1000 < ms and a.result()[0] == 200 for a in asked)


def site(name: str, url: str, folder: Path, **settings: str) -> Server:
    port = free_port()
    return Server(
        name,
        [sys.executable, *GRANIAN.split(), "--port", str(port), "unicef_kz.wsgi:application"],
        port,
        "/robots.txt",
        folder / f"{name}.log",
        DATABASE_URL=url,
        SITE_URL=f"http://127.0.0.1:{port}",
        SLOW_QUERY_MS="60000",
        SEARCH_RATE="",
        DEBUG="0",
        **settings,
    )


def textbook(url: str, folder: Path) -> Server:
    port = free_port()
    command = f"-m gunicorn --workers 2 --threads 2 --bind 127.0.0.1:{port}".split()
    application = "bench.textbook.wsgi:application"
    log = folder / "textbook.log"
    return Server(
        "textbook",
        [sys.executable, *command, application],
        port,
        "/stories/made-story-0000051/",
        log,
        DATABASE_URL=url,
    )


def from_memory(folder: Path) -> Server:
    port = free_port()
    return Server(
        "memory",
        [sys.executable, *GRANIAN.split(), "--port", str(port), "bench.limits:application"],
        port,
        "/list",
        folder / "memory.log",
        BENCH_BYTES=str(folder / "bytes"),
    )


def nginx(folder: Path) -> Server | None:
    if not NGINX:
        return None
    port = free_port()
    config = folder / "nginx.conf"
    config.write_text(NGINX_CONF.format(folder=folder, port=port))
    command = [NGINX, "-c", str(config), "-p", str(folder), "-e", str(folder / "nginx.log")]
    return Server("nginx", command, port, "/list", folder / "nginx-out.log")
