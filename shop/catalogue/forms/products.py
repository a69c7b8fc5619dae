"""The forms of a product."""

from flask_babel import lazy_gettext as _l
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
    SelectChoice(ProductStatus.DRAFT, _l("Draft – not for sale yet")),
    SelectChoice(ProductStatus.ACTIVE, _l("Active – for sale")),
    SelectChoice(ProductStatus.ARCHIVED, _l("Archived – no longer sold")),
]
NO_LETTERS = _l("Use at least one letter or digit.")


class HandleField(LineField):
    """The name of a product in its web address; any text is converted to one."""

    def parse_value(self, text: str) -> str:
        """Return it in plain lowercase letters, digits and hyphens."""
        if spelled := handles.normalize_handle(super().parse_value(text)):
            return spelled
        raise ValueError(str(NO_LETTERS))


class SortedTagsField(TagsField):
    """Tags in the order in which they are shown: another order alone is no change."""

    def parse_value(self, text: str) -> list[str]:
        """Return the tags sorted."""
        return sorted(super().parse_value(text), key=str.casefold)


class ProductForm(EditForm):
    """A product, without its variants."""

    title = LineField(_l("Title"), required=_l("Enter a title."))
    description = LongTextField(_l("Description"), most=20_000)
    status = ChoiceField(
        _l("Status"), choices=STATUSES, default=ProductStatus.DRAFT, validators=[InputRequired(_l("Choose a status."))]
    )
    type = LineField(_l("Type"))
    vendor = LineField(_l("Vendor"))
    tags = SortedTagsField(_l("Tags"))
    handle = HandleField(_l("Handle"), most=handles.LONGEST)
    option1 = LineField(_l("First option"), most=100)
    option2 = LineField(_l("Second option"), most=100)
    option3 = LineField(_l("Third option"), most=100)


class SingleVariantProductForm(ProductForm, VariantDetailsForm):
    """A product with a single variant, both saved together. `variant` is that variant's id."""

    variant = HiddenField()


class NewProductForm(SingleVariantProductForm, IdempotentForm):
    """A product to create."""
