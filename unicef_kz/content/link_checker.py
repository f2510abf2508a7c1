"""Asks web addresses whether they still answer: politely, briefly, never in our own network."""

import http.client
import socket
import ssl
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from time import monotonic
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.utils.encoding import iri_to_uri

NO_ANSWER = 0  # no such host, no connection, a bad certificate, too slow
REDIRECTS = {301, 302, 303, 307, 308}
MAX_HOPS = 6
TOO_MANY_REQUESTS = 429
#: Where so many hosts were asked and none answered, it is rather our own line that is down.
OFFLINE_HOSTS = 5


class Offline(Exception):
    """Nothing at all answered, so that nothing can be said about any address."""


class Connection(http.client.HTTPConnection):
    """Goes only to public addresses, and hangs up on a server that dribbles.

    It connects to the very address that was judged: asking the name server again could bring
    another one. A timeout of a socket counts anew with every byte, hence the alarm.
    """

    def __init__(self, host, port, *, timeout, tls=None, may_be_private=False):
        self.default_port = 443 if tls else 80
        super().__init__(host, port or self.default_port, timeout=timeout)
        self.tls, self.may_be_private = tls, may_be_private
        self.alarm = threading.Timer(timeout, self.hang_up)
        self.alarm.daemon = True

    def connect(self):
        self.sock = self.open_socket()
        self.alarm.start()
        if self.tls:
            self.sock = self.tls.wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
            self.sock.do_handshake()

    def open_socket(self) -> socket.socket:
        found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        addresses = [address[:2] for *_kind, address in found]
        if not self.may_be_private and not all(is_public(ip) for ip, _port in addresses):
            raise ValueError(f"{self.host} is not on the public internet")
        ends, problem = monotonic() + self.timeout, None
        for address in addresses:
            try:
                return socket.create_connection(address, max(ends - monotonic(), 0.1))
            except OSError as error:
                problem = error
        raise problem

    def hang_up(self):
        """Wakes the thread that waits for this server; it meets the end of the stream."""
        with suppress(OSError):
            if sock := self.sock:
                socket.socket.shutdown(sock, socket.SHUT_RDWR)

    def close(self):
        self.alarm.cancel()
        super().close()


def is_public(ip: str) -> bool:
    address = ip_address(ip)
    return address.is_global and not address.is_multicast


class LinkChecker:
    """Asks addresses for their HTTP status, many hosts at a time but each host politely.

    ``timeout`` (seconds) counts once for connecting and once for answering; ``pause`` seconds lie
    between two requests to one host. Only hosts in ``private_hosts`` may be off the public
    internet, otherwise an address that somebody typed could reach into our own network. Leaving
    the ``with`` block ends what is still under way.
    """

    def __init__(self, *, timeout=10, pause=2, workers=4, private_hosts=()):
        self.timeout, self.pause, self.private_hosts = timeout, pause, private_hosts
        self.tls = ssl.create_default_context()
        self.headers = {
            "User-Agent": f"Mozilla/5.0 (compatible; LinkCheck; +{settings.SITE_URL})",
            "Accept": "*/*",
            "Connection": "close",
        }
        self.pool, self.over = ThreadPoolExecutor(workers), threading.Event()
        self.connections, self.locks, self.rested = set(), {}, {}

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.over.set()
        for connection in self.connections.copy():
            connection.hang_up()
        self.pool.shutdown(cancel_futures=True)

    def check(self, urls: Iterable[str], seconds: float) -> Iterator[tuple[str, int]]:
        """(address, status) as the answers come, until all have come or the time is up.

        "No answer" is held back until somebody answers. Raises Offline if nobody does.
        """
        silent, online = [], False
        for url, status in self.answers(urls, seconds):
            if status == NO_ANSWER and not online:
                silent.append((url, status))
                continue
            online = True
            yield from silent
            silent.clear()
            yield url, status
        if len({host_of(url) for url, _status in silent}) >= OFFLINE_HOSTS:
            raise Offline
        yield from silent

    def answers(self, urls, seconds) -> Iterator[tuple[str, int]]:
        """One link of each host is under way at a time, so that no worker waits for a host."""
        ends, queues = monotonic() + seconds, {}
        for url in urls:
            queues.setdefault(host_of(url), []).append(url)
        queues = [iter(queue) for queue in queues.values()]
        running = {self.pool.submit(self.ask, next(queue)): queue for queue in queues}
        while running and (left := ends - monotonic()) > 0:
            for future in wait(running, left, FIRST_COMPLETED).done:
                queue = running.pop(future)
                if url := next(queue, None):
                    running[self.pool.submit(self.ask, url)] = queue
                yield future.result()

    def ask(self, url: str) -> tuple[str, int]:
        """Many servers do not know HEAD, and some answer it wrongly: only GET proves a failure."""
        status = NO_ANSWER
        for method in ("HEAD", "GET"):
            try:
                status = self.follow(method, url)
            except (socket.gaierror, ValueError):  # no such host, or none that we may ask
                return url, NO_ANSWER
            except (OSError, http.client.HTTPException):
                status = NO_ANSWER
            if 0 < status < 300 or status == TOO_MANY_REQUESTS:
                break
        return url, status

    def follow(self, method: str, url: str) -> int:
        """The status at the end of the redirects; that of the last one if there is no end."""
        for _hop in range(MAX_HOPS):
            status, location = self.request(method, url)
            if status not in REDIRECTS or not location:
                break
            url = urljoin(url, location)
        return status

    def request(self, method: str, url: str) -> tuple[int, str]:
        """Status and Location of one answer, whose body is not read.

        Raises ValueError for an address that is none or not public, OSError and HTTPException.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"not a web address: {url}")
        path = iri_to_uri((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        connection = Connection(
            parts.hostname,
            parts.port,
            timeout=self.timeout,
            tls=self.tls if parts.scheme == "https" else None,
            may_be_private=parts.hostname in self.private_hosts,
        )
        with self.turn(parts.hostname, connection):
            connection.request(method, path, headers=self.headers)
            with connection.getresponse() as response:
                # http.client reads headers as Latin-1; what is not ASCII in them is UTF-8 today.
                location = (response.getheader("Location") or "").encode("latin-1", "replace")
                return response.status, location.decode(errors="replace")

    @contextmanager
    def turn(self, host: str, connection: Connection):
        """One request at a time to a host, whichever link or redirect leads there, and a pause."""
        with self.locks.setdefault(host, threading.Lock()):
            if self.over.wait(max(self.rested.get(host, 0) - monotonic(), 0)):
                raise TimeoutError("The run is over.")
            self.connections.add(connection)
            try:
                yield
            finally:
                connection.close()
                self.connections.discard(connection)
                self.rested[host] = monotonic() + self.pause


def host_of(url: str) -> str:
    return url.split("/")[2].lower()
