"""The site in a process of its own, which does what it is told, line by line.

In: a JSON text of Python. Out: what it printed, and the error that ended it, if one did.
"""

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout

import django

django.setup()

COMMON = """
import resource
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection, transaction
from programmes.models import Programme
from stories.models import Consent, Story
"""


def main():
    known = {}
    exec(COMMON, known)
    for line in sys.stdin:
        said, error = io.StringIO(), ""
        with redirect_stdout(said), redirect_stderr(said):
            try:
                exec(json.loads(line), known)
            except Exception as problem:
                error = str(problem) or repr(problem)
        sys.stdout.write(json.dumps([said.getvalue(), error]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
