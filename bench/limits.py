"""The least that a WSGI server can do: answers with bytes that it was given at its start."""

import os
from pathlib import Path

FOLDER = Path(os.environ["BENCH_BYTES"])
BODIES = {f"/{path.name}": path.read_bytes() for path in FOLDER.iterdir() if path.is_file()}
ETAG = '"same"'
HEADERS = {
    path: [
        ("Content-Type", "text/html; charset=utf-8"),
        ("ETag", ETAG),
        ("Content-Length", str(len(body))),
    ]
    for path, body in BODIES.items()
}


def application(environ, start_response):
    if environ.get("HTTP_IF_NONE_MATCH") == ETAG:
        start_response("304 Not Modified", [("ETag", ETAG)])
        return []
    path = environ["PATH_INFO"]
    start_response("200 OK", HEADERS[path])
    return [BODIES[path]]
