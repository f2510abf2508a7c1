"""Pictures and private files: the only addresses that read the private storage."""

from pathlib import PurePath
from urllib.parse import quote

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, http_date, quote_etag
from django.views.decorators.http import require_safe

from . import security
from .documents import pictures_in
from .images import rendition_name
from .models import AuditEntry, Photo, Proposal
from .storage import PrivateFileField, private_storage

CONTENT_TYPES = {"webp": "image/webp", "jpg": "image/jpeg"}


@require_safe
def media(request, token, width, extension):
    """A picture, while a record that uses it is public; 410 once that was withdrawn."""
    photos = Photo.objects.showable().filter(image=f"{token}.jpg")
    photos = [photo for photo in photos if int(width) in photo.widths]
    if any(photo.records().public().exists() for photo in photos):
        return picture(request, photos[0], width, extension)
    if any(photo.records().gone().exists() for photo in photos):
        return render(request, "410.html", status=410)
    raise Http404


@admin.site.admin_view
@require_safe
def preview_media(request, token, width, extension):
    """Any picture, for those who may see its record in the admin."""
    photo = photo_of(token)
    meta = photo.content_type.model_class()._meta
    if not request.user.has_perm(f"{meta.app_label}.view_{meta.model_name}"):
        raise PermissionDenied
    if int(width) not in photo.widths:
        raise Http404
    response = picture(request, photo, width, extension)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def photo_of(token: str) -> Photo:
    """Of a record, or of a change that is proposed. Raises Http404."""
    image = f"{token}.jpg"
    if photo := Photo.objects.filter(image=image).first():
        return photo
    for proposal in Proposal.objects.undecided():
        for name, width in pictures_in(proposal.document):
            if name == image:
                about = {"content_type": proposal.content_type, "object_id": proposal.object_id}
                return Photo(image=name, width=width, **about)
    raise Http404


def picture(request, photo, width, extension):
    """Asked for again at every use, so that a withdrawal is seen at once; mostly a 304."""
    name = rendition_name(photo.image.name, width, extension)
    try:
        changed = int(private_storage().get_modified_time(name).timestamp())
    except FileNotFoundError as e:
        raise Http404 from e
    etag = quote_etag(name)
    response = get_conditional_response(request, etag=etag, last_modified=changed)
    response = response or stored(name, CONTENT_TYPES[extension])
    response["ETag"], response["Last-Modified"] = etag, http_date(changed)
    response["Cache-Control"] = "no-cache"
    response["Content-Disposition"] = "inline"
    return response


def stored(name, content_type):
    """A private file, once all has been asked; nginx sends it where it stands in front."""
    if settings.ACCEL:
        address = f"/protected/{quote(name)}"
        return HttpResponse(headers={"X-Accel-Redirect": address, "Content-Type": content_type})
    try:
        return FileResponse(private_storage().open(name), content_type=content_type)
    except FileNotFoundError as e:
        raise Http404 from e


@require_safe
def private_file(request, app, model, pk, field):
    """A signed form or an archived copy, for those who may see its record; each time is logged."""
    try:
        model = apps.get_model(app, model)
    except LookupError as e:
        raise Http404 from e
    columns = [f.name for f in model._meta.fields if isinstance(f, PrivateFileField)]
    if field not in columns:
        raise Http404
    if not admin.site.get_model_admin(model).has_view_permission(request):
        raise PermissionDenied
    record = get_object_or_404(model, pk=pk)
    file = getattr(record, field)
    if not file or not file.storage.exists(file.name):
        raise Http404
    # The label says which file, and nothing of what a consent is about.
    label = f"{model._meta.model_name}-{pk}-{field}"
    AuditEntry.note(record, "download", request.user, label=label)
    security.note("private_file", request.user, file=label)
    response = stored(file.name, "application/octet-stream")
    name = label + PurePath(file.name).suffix
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "no-store"
    return response
