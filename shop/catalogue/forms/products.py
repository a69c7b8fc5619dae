"""The forms of a product."""

from wtforms import HiddenField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from shop.catalogue import handles
from shop.catalogue.forms.variants import VariantDetailsForm
from shop.catalogue.models.product import ProductStatus
from shop.edit_conflicts import EditForm
from shop.fields.choice import ChoiceField
from shop.fields.tags import TagsField
from shop.fields.text import LineField, LongTextField
from shop.idempotency import IdempotentForm

STATUSES = [
    SelectChoice(ProductStatus.DRAFT, "Draft – being prepared"),
    SelectChoice(ProductStatus.ACTIVE, "Active – for sale"),
    SelectChoice(ProductStatus.ARCHIVED, "Archived – no longer sold"),
]
NO_LETTERS = "A handle needs letters or digits."


class HandleField(LineField):
    """The name of a product in an address; whatever is typed is spelled as one."""

    def read(self, text: str) -> str:
        """Return it in plain small letters, digits and hyphens."""
        if spelled := handles.normalize_handle(super().read(text)):
            return spelled
        raise ValueError(NO_LETTERS)


class SortedTagsField(TagsField):
    """Tags in the order in which they are shown: what was merely typed in another order is no change."""

    def read(self, text: str) -> list[str]:
        """Return the tags sorted."""
        return sorted(super().read(text), key=str.casefold)


class ProductForm(EditForm):
    """What a product is, whatever variants it comes in."""

    title = LineField("Title", required="Enter a title.")
    description = LongTextField("Description", most=20_000)
    status = ChoiceField(
        "Status", choices=STATUSES, default=ProductStatus.DRAFT, validators=[InputRequired("Choose a status.")]
    )
    type = LineField("Type")
    vendor = LineField("Vendor")
    tags = SortedTagsField("Tags")
    handle = HandleField("Handle", most=handles.LONGEST)
    option1 = LineField("First option", most=100)
    option2 = LineField("Second option", most=100)
    option3 = LineField("Third option", most=100)


class SingleVariantProductForm(ProductForm, VariantDetailsForm):
    """A product that comes in one variant: both on one page, with one save. `variant` is that variant's id."""

    variant = HiddenField()


class NewProductForm(SingleVariantProductForm, IdempotentForm):
    """A product that is not there yet."""
