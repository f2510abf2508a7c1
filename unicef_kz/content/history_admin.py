"""Who changed what and when: any two versions compared, an earlier one brought back."""

import secrets

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext

from .comparison import changes
from .documents import document
from .history import put, without_lost_pictures
from .models import AuditEntry, Proposal, Translation, Version
from .publishing import Problem, Refused, Status
from .staff_pages import StaffPages, refusals_told


class HistorySteps(StaffPages):
    """Part of PageAdmin."""

    def get_urls(self):
        revert = "<int:pk>/revert/<int:version>/"
        return [
            self.route("deleted/", self.deleted_view, "deleted"),
            self.route("deleted/<int:version>/", self.recover_view, "recover", post_only=True),
            self.route(revert, self.revert_view, "revert", post_only=True),
            *super().get_urls(),
        ]

    # What happened

    def history_view(self, request, object_id, extra_context=None):
        record = self.get_object(request, unquote(object_id))
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, record):
            raise PermissionDenied
        versions = list(Version.objects.about(record).select_related("actor"))
        chosen = [version_of(versions, request.GET.get(name)) for name in ("from", "to")]
        compared = None
        if all(chosen):
            first, second = sorted(chosen, key=lambda version: version.pk)
            compared = {
                "from": first,
                "to": second,
                "changes": changes(first.document, second.document, record),
            }
        return self.staff_page(
            request,
            "history",
            title=gettext("History: %s") % record,
            record=record,
            versions=versions,
            compared=compared,
            asked=bool(request.GET),
            trail=trail_of(record),
            may_revert=self.has_change_permission(request, record),
            current=document(record),
        )

    # Back to an earlier version

    def revert_view(self, request, pk, version):
        record = self.record_or_404(request, pk)
        version = get_object_or_404(Version.objects.about(record), pk=version)
        if not self.has_change_permission(request, record):
            raise PermissionDenied
        with refusals_told(request):
            messages.success(request, self.revert(request, record, version))
        return HttpResponseRedirect(self.address("change", pk))

    @transaction.atomic
    def revert(self, request, record, version) -> str:
        if record.status != Status.PUBLISHED:
            Version.keep_first(record)
            version.restore(record, actor=request.user)
            return gettext("The content is that of the earlier version again.")
        if Proposal.objects.for_record(record):
            text = gettext("A change is already proposed. Decide on it first.")
            raise Refused(Problem("proposal", text))
        content = without_lost_pictures(version.document)
        Proposal.of(record, content, actor=request.user, comment=version.as_reason())
        return gettext("Going back is proposed; the public page stays until it is approved.")

    # What was deleted

    def get_deleted_objects(self, objs, request):
        """What hangs on a record goes with it, whoever may edit that by itself; consents do not."""
        objects, counts, forbidden, protected = super().get_deleted_objects(objs, request)
        parts = [getattr(self.model(), part).model for part in self.model.parts]
        with_it = {str(model._meta.verbose_name) for model in (*parts, Translation)}
        return objects, counts, forbidden - with_it, protected

    def delete_model(self, request, obj):
        self.note_deletion(request, obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        with transaction.atomic():
            for record in queryset:
                self.note_deletion(request, record)
            super().delete_queryset(request, queryset)

    def note_deletion(self, request, record):
        Version.keep(record, request.user)
        AuditEntry.note(record, "delete", request.user)

    def deleted_view(self, request):
        if not self.has_add_permission(request):
            raise PermissionDenied
        return self.staff_page(
            request,
            "deleted",
            title=gettext("Deleted: %s") % self.opts.verbose_name_plural,
            versions=self.deleted(),
        )

    def deleted(self):
        """The last version of each record of this kind that is no more."""
        kind = ContentType.objects.get_for_model(self.model)
        versions = Version.objects.filter(content_type=kind)
        gone = versions.exclude(object_id__in=self.model._base_manager.values("pk"))
        last = gone.order_by().values("object_id").annotate(last=Max("pk")).values("last")
        return versions.filter(pk__in=last).select_related("actor")

    def recover_view(self, request, version):
        if not self.has_add_permission(request):
            raise PermissionDenied
        version = get_object_or_404(self.deleted(), pk=version)
        with refusals_told(request):
            record = self.recover(request, version)
            messages.success(request, gettext("“%s” is back as a draft.") % record)
            return HttpResponseRedirect(self.address("change", record.pk))
        return HttpResponseRedirect(self.address("deleted"))

    @transaction.atomic
    def recover(self, request, version):
        """A draft with the content, under its old key so that its history goes on."""
        record = self.model(pk=version.object_id, slug=free_slug(self.model, version.slug))
        record.touch(request.user)
        put(without_lost_pictures(version.document), record)
        Version.keep(record, request.user, gettext("Recovered"))
        AuditEntry.note(record, "recover", request.user)
        return record


def free_slug(model, slug: str) -> str:
    taken = model._base_manager.filter(slug=slug).exists()
    return f"{slug[:80]}-{secrets.token_hex(4)}" if taken or not slug else slug


def version_of(versions, key):
    return next((version for version in versions if str(version.pk) == key), None)


def trail_of(record):
    return AuditEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(record), object_id=record.pk
    ).select_related("actor")
