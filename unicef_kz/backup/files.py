"""Which files belong to the records of the database that the connection shows."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import models

from unicef_kz.content.exchange.uploads import FOLDER as UPLOADS
from unicef_kz.content.history import Proposal, Version

#: What a file and all that was made from it have in common: see ``images.random_name``.
TOKEN = re.compile(r"[0-9a-f]{32}")


def folders() -> dict[str, Path]:
    return {"private": Path(settings.PRIVATE_MEDIA_ROOT), "media": Path(settings.MEDIA_ROOT)}


def named() -> set[str]:
    """Every name that a column of files holds."""
    names = set()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.FileField):
                names |= set(model._base_manager.values_list(field.attname, flat=True))
    return names - {"", None}


def tokens(names: set[str]) -> set[str]:
    """Of those names, and of pictures in versions and proposals."""
    found = set(TOKEN.findall(" ".join(names)))
    for model, columns in ((Version, ["document"]), (Proposal, ["document", "base"])):
        for documents in model.objects.values_list(*columns).iterator(500):
            found |= set(TOKEN.findall(json.dumps(documents)))
    return found


def belonging(used: set[str]) -> Iterator[tuple[str, Path]]:
    """(member, path). Uploads for an import, and what no record uses (any more), stay out."""
    for folder, root in folders().items():
        for path in sorted(root.rglob("*")):
            name = path.relative_to(root)
            token = TOKEN.search(name.name)
            is_ours = name.parts[0] != UPLOADS and (not token or token[0] in used)
            if is_ours and path.is_file() and not path.is_symlink():
                yield f"{folder}/{name.as_posix()}", path
