from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand
from django.db import transaction

from unicef_kz.roles import ROLES, permissions_of


class Command(BaseCommand):
    help = "Makes the groups of staff and gives each exactly its rights. Safe to repeat."

    @transaction.atomic
    def handle(self, **options):
        for role in ROLES:
            group, is_new = Group.objects.get_or_create(name=role)
            wanted = set(permissions_of(role))
            if wanted != set(group.permissions.all()):
                group.permissions.set(wanted)
                self.stdout.write(f"{role}: {len(wanted)} rights")
            elif is_new or options["verbosity"] > 1:
                self.stdout.write(f"{role}: unchanged")
