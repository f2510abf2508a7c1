"""Encryption of a stream, chunk by chunk, so that no change, cut or exchange goes unnoticed.

The STREAM construction over AES-256-GCM (Hoang, Reyhanitabar, Rogaway, Vizár 2015): the nonce is
the number of the chunk and whether it is the last, so chunks cannot be reordered or left out. Each
file has a salt, hence a key, of its own.

File: MAGIC, 16 bytes of salt, 16 bytes that tell whether the key fits, then chunks of 1 MiB (the
last may be shorter), each followed by its tag of 16 bytes.
"""

import hmac
import io
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from . import Unusable

MAGIC = b"UKZBAK1\n"
CHUNK, TAG, SALT = 1024 * 1024, 16, 16
SHORTEST_KEY = 16
DAMAGED = "The file is damaged, or its end is missing."


def derived(secret: str, salt: bytes) -> tuple[AESGCM, bytes]:
    """The cipher, and what shows that the secret is the right one."""
    if len(secret) < SHORTEST_KEY:
        raise Unusable(f"BACKUP_KEY is too short: give it at least {SHORTEST_KEY} characters.")
    both = Scrypt(salt=salt, length=48, n=2**15, r=8, p=1).derive(secret.encode())
    return AESGCM(both[:32]), both[32:]


def nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


class Encrypting(io.RawIOBase):
    """Writes to ``target``; only ``finish()`` makes the file complete."""

    def __init__(self, target, secret: str):
        salt = os.urandom(SALT)
        self.cipher, check = derived(secret, salt)
        self.head, self.target = MAGIC + salt + check, target
        self.buffer, self.number = bytearray(), 0
        target.write(self.head)

    def writable(self):
        return True

    def write(self, data):
        self.buffer += data
        while len(self.buffer) > CHUNK:
            self._put(bytes(self.buffer[:CHUNK]), is_last=False)
            del self.buffer[:CHUNK]
        return len(data)

    def finish(self):
        self._put(bytes(self.buffer), is_last=True)

    def _put(self, chunk, is_last):
        self.target.write(self.cipher.encrypt(nonce(self.number, is_last), chunk, self.head))
        self.number += 1


class Decrypting(io.RawIOBase):
    """Reads ``source`` from after its MAGIC. Raises Unusable."""

    def __init__(self, source, secret: str):
        rest = source.read(SALT + TAG)
        if len(rest) < SALT + TAG:
            raise Unusable(DAMAGED)
        self.cipher, check = derived(secret, rest[:SALT])
        if not hmac.compare_digest(check, rest[SALT:]):
            raise Unusable("BACKUP_KEY is not the one this file was encrypted with.")
        self.head, self.source, self.number, self.buffer = MAGIC + rest, source, 0, b""
        self.ahead = source.read(CHUNK + TAG)

    def readable(self):
        return True

    def readinto(self, target):
        if not self.buffer and self.ahead:
            self._get()
        taken = min(len(target), len(self.buffer))
        target[:taken], self.buffer = self.buffer[:taken], self.buffer[taken:]
        return taken

    def _get(self):
        chunk, self.ahead = self.ahead, self.source.read(CHUNK + TAG)
        try:
            unique = nonce(self.number, is_last=not self.ahead)
            self.buffer = memoryview(self.cipher.decrypt(unique, chunk, self.head))
        except InvalidTag as error:
            raise Unusable(DAMAGED) from error
        self.number += 1
