"""Whether what was kept of the record still says what ``public()`` says now."""

import hashlib

from unicef_kz.content import version


def state() -> str:
    """Another one after every change of the content, and when time alone changes what is public.

    To be taken before the content is read.
    """
    return digest(f"{version.current()} {version.next_change()}")


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def may_be_kept() -> bool:
    """Not what was read inside a transaction that has written content."""
    return version.current() >= 0
