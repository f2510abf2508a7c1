"""Two steps with a picture that need eyes: obscuring areas of it, and confirming that they are."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from .models import Photo
from .staff_pages import StaffPages, refusals_told


class AreaForm(forms.Form):
    """Per cent of the picture, from its upper left corner."""

    x = forms.FloatField(label=_("from the left, %"), min_value=0, max_value=99.9)
    y = forms.FloatField(label=_("from the top, %"), min_value=0, max_value=99.9)
    width = forms.FloatField(label=_("width, %"), min_value=0.1, max_value=100)
    height = forms.FloatField(label=_("height, %"), min_value=0.1, max_value=100)


class BaseAreas(forms.BaseFormSet):
    def clean(self):
        if not any(form.has_changed() for form in self.forms):
            raise ValidationError(_("Mark at least one area."))

    @property
    def areas(self) -> list[tuple]:
        return [tuple(form.cleaned_data.values()) for form in self.forms if form.has_changed()]


Areas = forms.formset_factory(
    AreaForm, formset=BaseAreas, extra=4, max_num=40, absolute_max=50, validate_max=True
)


class PhotoSteps(StaffPages):
    """Mixed into the admin of photos. Who may change the record may take both steps."""

    def get_urls(self):
        return [
            self.route("<int:pk>/obscure/", self.obscure, "obscure"),
            self.route("<int:pk>/confirm-masking/", self.confirm, "confirm_masking"),
            *super().get_urls(),
        ]

    def obscure(self, request, pk):
        photo, back = self.asked_for(request, pk)
        areas = Areas(request.POST or None)
        if request.method == "POST" and areas.is_valid():
            seen = request.POST.get("picture", "")
            if self.take(request, photo.obscure, areas.areas, seen=seen):
                number = len(areas.areas)
                text = ngettext(
                    "%d area was obscured for good. Look at the picture again: mark what is still "
                    "to be seen, or go back to the record. Somebody else confirms it then.",
                    "%d areas were obscured for good. Look at the picture again: mark what is "
                    "still to be seen, or go back to the record. Somebody else confirms it then.",
                    number,
                )
                messages.success(request, text % number)
            return HttpResponseRedirect(request.path)
        title = gettext("Obscure faces and surroundings")
        return self.page(request, "obscure", photo, back=back, title=title, areas=areas)

    def confirm(self, request, pk):
        photo, back = self.asked_for(request, pk)
        if request.method == "POST":
            seen = request.POST.get("picture", "")
            if self.take(request, photo.confirm_masking, seen=seen):
                text = gettext("Confirmed: nobody can be recognised in this picture.")
                messages.success(request, text)
                return HttpResponseRedirect(back)
            return HttpResponseRedirect(request.path)
        title = gettext("Is everybody well obscured?")
        return self.page(request, "confirm", photo, back=back, title=title)

    def asked_for(self, request, pk) -> tuple[Photo, str]:
        """The photo and the address of its record in the admin. Raises PermissionDenied."""
        photo = get_object_or_404(Photo.objects.exclude(width=0), pk=pk)
        record = photo.record
        of_record = self.admin_site.get_model_admin(type(record))
        if not of_record.may_change_at_once(request, record):
            raise PermissionDenied
        return photo, of_record.address("change", record.pk)

    def take(self, request, step, *args, **kwargs) -> bool:
        with refusals_told(request):
            step(*args, actor=request.user, **kwargs)
            return True
        return False

    def page(self, request, step, photo, **context):
        context |= {
            "photo": photo,
            "src": photo.preview_address(photo.widths[-1]),
            "own": photo.uploaded_by_id == request.user.pk,
        }
        return self.staff_page(request, f"photo_{step}", **context)
