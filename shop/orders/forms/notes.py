"""What the staff write on an order: tags, a note, a comment."""

from flask_babel import lazy_gettext as _l

from shop.edit_conflicts import EditForm
from shop.fields.tags import TagsField
from shop.fields.text import LongTextField
from shop.idempotency import IdempotentForm


class NoteForm(EditForm):
    """The note of an order, which only the staff see."""

    note = LongTextField(_l("Internal note"), most=5000)


class OrderTagsForm(EditForm):
    """The tags of an order."""

    tags = TagsField(_l("Tags"), hint=_l("Separate tags with commas."))


class CommentForm(IdempotentForm):
    """A comment on the timeline."""

    comment = LongTextField(_l("Comment"), most=5000, required=_l("Enter a comment."))
