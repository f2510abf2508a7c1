from django.db import connection

from . import postgresql, sqlite


def engine():
    """The module for the database of this site; each has the same functions.

    ``snapshot(folder, look)`` → (file, what ``look()`` found in the very same state),
    ``scratch()`` → where a restore may write, ``stage(file, stamp)`` → name of a new database with
    the content of the file, ``swap(name, stamp)`` → name under which the old one is kept,
    ``drop(name)``, ``undo(name)`` → how the operator goes back.
    """
    return {"sqlite": sqlite, "postgresql": postgresql}[connection.vendor]
