"""What the staff write on an order: tags, a note, a comment."""

from shop.edit_conflicts import EditForm
from shop.fields.tags import TagsField
from shop.fields.text import LongTextField
from shop.idempotency import IdempotentForm


class NoteForm(EditForm):
    """The note of an order, which only the staff see."""

    note = LongTextField("Note, for the staff only", most=5000)


class OrderTagsForm(EditForm):
    """The tags of an order."""

    tags = TagsField("Tags, with commas between them")


class CommentForm(IdempotentForm):
    """What somebody writes on the timeline."""

    comment = LongTextField("Write a comment", most=5000, required="Write something first.")
