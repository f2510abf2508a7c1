"""Where a cold page spends its time: ``DATABASE_URL=… python -m bench.profiling /en/stories/ …``"""

import cProfile
import os
import pstats
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unicef_kz.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

TIMES = 3


def profile(path: str) -> None:
    client, statements = Client(headers={"host": "127.0.0.1"}), []

    def timed(execute, sql, params, many, context):
        start = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            statements.append(((time.perf_counter() - start) * 1000, sql))

    client.get(path)
    profiler = cProfile.Profile()
    with connection.execute_wrapper(timed):
        start = time.process_time()
        profiler.enable()
        for _ in range(TIMES):
            answer = client.get(path)
        profiler.disable()
    ms = (time.process_time() - start) * 1000 / TIMES
    in_database = sum(took for took, _sql in statements) / TIMES
    sys.stdout.write(
        f"\n=== {path}: {answer.status_code}, {len(answer.content)} bytes, {ms:.0f} ms of CPU here "
        f"(profiler included), {len(statements) // TIMES} statements in {in_database:.0f} ms\n"
    )
    for took, sql in sorted(statements[-(len(statements) // TIMES) :], reverse=True)[:15]:
        sys.stdout.write(f"  {took:8.1f} ms  {len(sql):6} characters  {sql[:160]}\n")
    for order in ("tottime", "cumulative"):
        pstats.Stats(profiler).sort_stats(order).print_stats(15 if order == "tottime" else 40)


if __name__ == "__main__":
    for address in sys.argv[1:]:
        profile(address)
