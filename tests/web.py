"""A small web for the link check, which asks real servers: what each path does, and who asked."""

import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

#: What it is called; two hosts to whoever asks.
HOSTS = ("127.0.0.1", "localhost")


class Handler(BaseHTTPRequestHandler):
    """``/404`` answers 404, other paths do what the method of their name does."""

    def handle_any(self):
        self.server.note(self)
        name = urlsplit(self.path).path.split("/")[1]
        if name.isdecimal():
            self.answer(int(name))
        else:
            getattr(self, f"do_{name.replace('-', '_')}")()

    do_HEAD = do_GET = handle_any

    def answer(self, status, **headers):
        self.send_response(status)
        for header in headers.items():
            self.send_header(*header)
        self.end_headers()

    def do_only_get(self):
        self.answer(200 if self.command == "GET" else 405)

    def do_hang_up_on_head(self):
        if self.command == "GET":
            self.answer(200)

    def do_to(self):
        self.answer(302, Location=parse_qs(urlsplit(self.path).query)["url"][0])

    def do_to_cyrillic(self):
        self.answer(301, Location="/200/балалар хақы".encode().decode("latin-1"))

    def do_loop(self):
        self.answer(302, Location="/loop")

    def do_nowhere(self):
        self.answer(302)

    def do_silent(self):
        self.server.closing.wait(20)

    def dribble(self, part):
        for _time in range(80):
            self.server.closing.wait(0.05)
            self.wfile.write(part)

    def do_dribble_status(self):
        self.dribble(b"H")

    def do_dribble_headers(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        self.dribble(b"X-More: to come\r\n")

    def do_slow(self):
        with self.server.at_work():
            time.sleep(0.05)
        self.answer(200)

    def do_together(self):
        self.server.together.wait(5)
        self.answer(200)

    def do_big(self):
        if self.command == "HEAD":
            return self.answer(501)
        self.answer(200)
        for _megabyte in range(64):
            self.wfile.write(bytes(1024 * 1024))
            self.server.megabytes += 1

    def do_garbage(self):
        self.wfile.write(b"220 mail.example.org ready\r\n")

    def do_interrupt(self):
        self.server.interrupt()
        self.server.closing.wait(20)

    def log_message(self, *args):
        pass


class Web(ThreadingHTTPServer):
    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked, self.started, self.headers, self.megabytes = [], [], [], 0
        self.now, self.most, self.guard = 0, 0, threading.Lock()
        self.closing, self.together = threading.Event(), threading.Barrier(2)

    def url(self, path, host="127.0.0.1", scheme="http"):
        return f"{scheme}://{host}:{self.server_port}{path}"

    def note(self, handler):
        with self.guard:
            self.asked.append(f"{handler.command} {handler.path}")
            self.started.append(time.monotonic())
            self.headers.append(handler.headers)

    @contextmanager
    def at_work(self):
        """Ends before the answer goes out, so that whoever has it may come again at once."""
        with self.guard:
            self.now += 1
            self.most = max(self.most, self.now)
        yield
        with self.guard:
            self.now -= 1

    def handle_error(self, request, client_address):
        """Whoever asks may hang up."""


@contextmanager
def serving(web):
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield web
    finally:
        web.closing.set()
        web.together.abort()
        web.shutdown()
        web.server_close()
        thread.join()


@pytest.fixture
def web():
    with serving(Web()) as web:
        yield web
