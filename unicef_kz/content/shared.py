"""Numbers that all processes of one machine share, in a file that they map into memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_UN, lockf
from mmap import mmap
from os import O_CREAT, O_RDWR, fstat, ftruncate
from os import open as open_file
from pathlib import Path
from threading import Lock

SIZE = 8  # bytes; one machine word, so that nobody sees half of a number


class SharedNumbers:
    """``count`` numbers of a ``form`` of 8 bytes, as the struct module writes it."""

    def __init__(self, path: Path, count: int, form: str):
        path.parent.mkdir(parents=True, exist_ok=True)
        self.lock, self.file = Lock(), open_file(path, O_RDWR | O_CREAT, 0o660)
        with self.alone():
            is_new = not fstat(self.file).st_size
            ftruncate(self.file, count * SIZE)
            self.numbers = memoryview(mmap(self.file, count * SIZE)).cast(form)
            if is_new:
                self.begin()

    def begin(self) -> None:
        """A new file holds zeros."""

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Locks out the other threads, then the other processes."""
        with self.lock:
            lockf(self.file, LOCK_EX)
            try:
                yield
            finally:
                lockf(self.file, LOCK_UN)
