from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from unicef_kz.content import security


class Command(BaseCommand):
    help = (
        "Takes the second factor from an account whose phone and recovery codes are lost. "
        "Administrators do the same in the admin; this is for the last of them."
    )

    def add_arguments(self, parser):
        parser.add_argument("username")

    def handle(self, *, username, **options):
        try:
            user = User.objects.get(username=username)
        except User.DoesNotExist:
            raise CommandError(f"There is no account “{username}”.") from None
        deleted, _kinds = Authenticator.objects.filter(user=user).delete()
        if deleted:
            security.note("second_factor_reset", of=user.pk)
        done = "was reset" if deleted else "had not been set up"
        self.stdout.write(f"{username}: the second factor {done}.")
