"""``manage.py serve`` goes on when a worker is lost, and renews all without a request lost."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from .browser import free_port, wait_for
from .test_page_cache_processes import status

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder, port = tmp_path_factory.mktemp("serving"), free_port()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "TEST_DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
    }
    command = [sys.executable, "manage.py", "serve", str(port)]
    nowhere = subprocess.DEVNULL
    server = subprocess.Popen(command, env=environment, stdout=nowhere, stderr=nowhere)
    server.address = f"http://127.0.0.1:{port}/robots.txt"
    try:
        wait_for(server.address, seconds=60)
        wait_for_workers(server, lambda pids: len(pids) == 2)
        yield server
    finally:
        # Not by terminate(): a worker that is just starting is deaf, and would be waited for.
        processes = [server.pid, *workers(server)]
        for pid in processes:
            os.kill(pid, signal.SIGKILL)
        server.wait()


def workers(server) -> list[int]:
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    names = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children}
    return [int(pid) for pid, name in names.items() if b"tracker" not in name]


def wait_for_workers(server, condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition(workers(server)):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_lost_worker_is_replaced(server):
    before = workers(server)
    os.kill(before[0], signal.SIGKILL)
    wait_for_workers(server, lambda pids: len(set(pids) - set(before)) == 1)
    assert status(server.address) == 200


def test_new_workers_take_over_without_a_request_lost(server):
    before, answers, done = set(workers(server)), [], threading.Event()

    def visit():
        """As nginx does: where a worker closes the line without a word, another is asked."""
        while not done.is_set():
            try:
                answers.append(status(server.address))
            except ConnectionError:
                answers.append(status(server.address))

    visitor = threading.Thread(target=visit)
    visitor.start()
    server.send_signal(signal.SIGHUP)
    wait_for_workers(server, lambda pids: not before & set(pids))
    done.set()
    visitor.join()
    assert set(answers) == {200}
