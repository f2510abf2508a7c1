"""Rich text: what curators may use, and nothing else, however the text arrives."""

import nh3
from django_prose_editor.fields import ProseEditorField

EXTENSIONS = {
    "Bold": True,
    "Italic": True,
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "Heading": {"levels": [2, 3]},
    "Link": {"protocols": ["http", "https", "mailto"]},
    "HardBreak": True,
}
TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "h2", "h3", "a"}


def clean_html(html: str | None) -> str:
    return nh3.clean(
        html or "",
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
    )


class RichTextField(ProseEditorField):
    """Sanitised on every save: the editor's own check runs only in forms."""

    def __init__(self, *args, **kwargs):
        kwargs.update(extensions=EXTENSIONS, sanitize=True)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def pre_save(self, model_instance, add):
        html = clean_html(getattr(model_instance, self.attname))
        # Not setattr(): on a translated field that would write into the active language's column.
        model_instance.__dict__[self.attname] = html
        return html
