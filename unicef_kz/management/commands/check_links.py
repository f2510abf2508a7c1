from argparse import ArgumentTypeError
from collections import Counter

from django.core.management.base import BaseCommand, CommandError

from unicef_kz.content.link_checker import LinkChecker, Offline
from unicef_kz.content.links import REFUSALS, failed
from unicef_kz.content.models import Source


def at_least(lowest: int):
    def number(text: str) -> int:
        if not text.isdecimal() or int(text) < lowest:
            raise ArgumentTypeError(f"“{text}” is not a whole number from {lowest} up.")
        return int(text)

    return number


class Command(BaseCommand):
    help = (
        "Asks the web addresses of sources whether they still answer, and stores what they say "
        "for the list of sources in the admin. A link that fails is asked again by the first run "
        "on a later day, and counts as dead once it has failed about a day later too. Dead links "
        "are a finding, not a failure of this command. Each host is asked one thing at a time."
    )
    # For tests, which serve their links themselves.
    stealth_options = ("pause", "private_hosts")

    def add_arguments(self, parser):
        some = at_least(1)
        parser.add_argument(
            "--timeout", type=some, default=10, help="seconds for one request (default: 10)"
        )
        parser.add_argument(
            "--workers", type=some, default=4, help="hosts asked at a time (default: 4)"
        )
        parser.add_argument(
            "--minutes", type=some, default=30, help="for the whole run (default: 30)"
        )
        parser.add_argument("--limit", type=some, help="check at most so many links, oldest first")
        age = parser.add_mutually_exclusive_group()
        age.add_argument(
            "--older-than",
            type=at_least(0),
            default=7,
            metavar="DAYS",
            help="skip what was checked in these days (default: 7)",
        )
        age.add_argument(
            "--all", dest="older_than", action="store_const", const=0, help="skip nothing"
        )

    def handle(self, *, limit, older_than, minutes, verbosity, **options):
        urls = list(dict.fromkeys(Source.objects.due(older_than).values_list("url", flat=True)))
        urls, self.counts = urls[:limit], Counter()
        self.talk = self.stdout.write if verbosity else lambda *args: None
        try:
            with self.checker(**options) as checker:
                for number, (url, status) in enumerate(checker.check(urls, minutes * 60), 1):
                    Source.objects.note_answer(url, status)
                    self.report(f"{number}/{len(urls)}", url, status)
        except Offline as error:
            raise CommandError(
                "Nothing answered at all: this machine seems to be off line. Nothing was stored."
            ) from error
        except KeyboardInterrupt as error:
            self.summarise(len(urls))
            raise CommandError("Stopped. What was checked is kept.", returncode=130) from error
        self.summarise(len(urls))

    def checker(self, *, timeout, workers, pause=2, private_hosts=(), **options):
        return LinkChecker(
            timeout=timeout, workers=workers, pause=pause, private_hosts=private_hosts
        )

    def report(self, progress, url, status):
        result = "fail" if failed(status) else "refuse programs" if status in REFUSALS else "work"
        self.counts[result] += 1
        style = {"fail": self.style.ERROR, "work": self.style.SUCCESS}.get(
            result, self.style.WARNING
        )
        self.talk(f"{progress}  {style(f'{status:03}' if status else '---')}  {url}")

    def summarise(self, wanted):
        checked = self.counts.total()
        found = ", ".join(f"{number} {result}" for result, number in self.counts.most_common())
        self.talk(f"Links checked: {checked}{f' ({found})' if found else ''}.")
        if left := wanted - checked:
            self.talk(f"Left for the next run: {left}.")
        if not wanted:
            self.talk("Nothing was due; --all asks again.")
        self.talk(f"Sources with a dead link: {Source.objects.with_dead_links().count()}.")
