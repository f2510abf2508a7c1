from django import forms
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from modeltranslation.admin import TranslationStackedInline

from unicef_kz.content.inlines import Anchored, SideBySideInline
from unicef_kz.content.languages import CODES
from unicef_kz.content.models import AuditEntry, Photo
from unicef_kz.content.page_admin import PageAdmin
from unicef_kz.content.publishing import Status

from .consents import REMIND
from .models import Consent, Story, Subject, WithheldWord
from .withheld import LONGEST_PHRASE, SHORTEST_STEM, WORD


class SubjectForm(forms.ModelForm):
    circumstances = forms.MultipleChoiceField(
        label=_("circumstances"),
        choices=Subject.Circumstance.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class SubjectInline(Anchored, SideBySideInline, TranslationStackedInline):
    model = Subject
    anchor = "subjects"
    form = SubjectForm
    extra = 0
    fields = [
        "label",
        ("identity", "is_pseudonym", "is_child", "age_band"),
        "relation",
        "circumstances",
    ]


@admin.register(Story)
class StoryAdmin(PageAdmin):
    list_display = ["title", "kind", "date", "approved"]
    list_filter = ["kind", "regions"]
    autocomplete_fields = ["regions", "place", "programmes", "partners", "figures"]
    parts = [SubjectInline]
    body = [
        (
            _("The story"),
            {
                "fields": [
                    ("kind", "date"),
                    "date_note",
                    "standfirst",
                    "body",
                    "pull_quote",
                ]
            },
        ),
        (
            _("Where and about what"),
            {"fields": [("regions", "place"), ("programmes", "partners"), "figures"]},
        ),
        (
            _("Could the story harm somebody?"),
            {"fields": [Story.RISKS[:2], Story.RISKS[2:], "risk_assessment"]},
        ),
    ]

    @admin.display(description=_("approved"), boolean=True)
    def approved(self, story):
        return story.is_approved

    def has_approve_permission(self, request):
        return request.user.has_perm("stories.approve_story")

    def steps(self, request, record):
        steps = super().steps(request, record)
        waiting = record.status in (Status.DRAFT, Status.REVIEW)
        theirs = record.is_about_a_child or record.declined
        if not (waiting and theirs and self.has_approve_permission(request)):
            return steps
        if not record.is_approved:
            steps.append(("approve", _("Approve as safeguarding lead")))
        if not record.declined:
            steps.append(("decline", _("Do not publish")))
        return steps


class PictureChoices(forms.ModelMultipleChoiceField):
    def label_from_instance(self, photo):
        return f"{photo.record}: {photo}"


class ConsentForm(forms.ModelForm):
    photos = PictureChoices(
        label=Consent._meta.get_field("photos").verbose_name,
        queryset=Photo.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=Consent._meta.get_field("photos").help_text,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "photos" in self.fields:
            self.fields["photos"].queryset = self.pictures().prefetch_related("record")

    def pictures(self):
        """Of the story of this person; of every story as long as nobody is chosen."""
        kind = ContentType.objects.get_for_model(Story)
        pictures = Photo.objects.filter(content_type=kind, identifiable="children")
        if self.instance.subject_id:
            pictures = pictures.filter(object_id=self.instance.subject.story_id)
        return pictures.order_by("object_id", "position")

    def clean(self):
        cleaned = super().clean()
        subject, photos = cleaned.get("subject"), cleaned.get("photos") or ()
        if subject and any(photo.object_id != subject.story_id for photo in photos):
            self.add_error("photos", _("Choose pictures of the story in which this person is."))
        return cleaned


class Expires(admin.SimpleListFilter):
    title = _("ends")
    parameter_name = "ends"

    def lookups(self, request, model_admin):
        text = ngettext_lazy("Within %d day", "Within %d days")
        return [(str(days), text % days) for days in REMIND]

    def queryset(self, request, queryset):
        days = self.value()
        return queryset.expiring(int(days)) if days in map(str, REMIND) else queryset


@admin.register(Consent)
class ConsentAdmin(admin.ModelAdmin):
    form = ConsentForm
    list_display = ["subject", "expires_on", "withdrawn_on"]
    list_filter = [Expires, "expires_on", "withdrawn_on"]
    autocomplete_fields = ["subject"]
    fieldsets = [
        (None, {"fields": ["subject", ("guardian_agreed_on", "child_agreed_on")]}),
        (
            _("What was explained"),
            {"fields": ["explained", ("explained_in", "present"), "how_to_withdraw"]},
        ),
        (
            _("What it covers"),
            {
                "fields": [
                    ("channel_web", "channel_print", "channel_social"),
                    ("medium_text", "medium_photo", "medium_video"),
                    tuple(f"language_{code}" for code in CODES),
                    "photos",
                    "covers_hiv",
                ]
            },
        ),
        (_("How long"), {"fields": [("expires_on", "withdrawn_on")]}),
        (_("Evidence"), {"fields": ["evidence", "reason_without_form"]}),
    ]

    def save_model(self, request, consent, form, change):
        """The trail of the story says who and when; what a consent says is for the lead alone."""
        super().save_model(request, consent, form, change)
        AuditEntry.note(consent.subject.story, "consent", request.user)


@admin.register(Subject)
class SubjectAdmin(admin.ModelAdmin):
    """For choosing the person of a consent; people are edited on their story."""

    search_fields = ["label", *(f"story__title_{code}" for code in CODES)]
    list_display = ["label", "story", "identity", "is_child"]
    list_select_related = ["story"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    has_delete_permission = has_change_permission


class WithheldWordForm(forms.ModelForm):
    word = forms.CharField(
        label=_("word"),
        max_length=100,
        help_text=_(
            "A name or a detail of up to three words, such as first name and surname. Cases and "
            "spellings in Latin letters are found too. Kept as a hash only; nobody can read it "
            "again."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    class Meta:
        model = WithheldWord
        fields = ["story"]

    def clean_word(self):
        words = WORD.findall(self.cleaned_data["word"])
        if not words or len(words) > LONGEST_PHRASE:
            raise ValidationError(_("Give one to three words; list longer ones one by one."))
        if any(map(str.isalpha, words)) and sum(map(len, words)) < SHORTEST_STEM:
            raise ValidationError(_("A word of fewer than three letters would be found anywhere."))
        return self.cleaned_data["word"]

    def save(self, commit=True):
        self.instance.digest = WithheldWord.hash(self.cleaned_data["word"])
        return super().save(commit)


@admin.register(WithheldWord)
class WithheldWordAdmin(admin.ModelAdmin):
    form = WithheldWordForm
    list_display = ["story", "__str__"]
    autocomplete_fields = ["story"]

    def has_change_permission(self, request, obj=None):
        return False
