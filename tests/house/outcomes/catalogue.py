"""Products, their variants and pictures."""

from sqlalchemy import select

from shop.catalogue import picture_conversion, picture_files, pictures
from shop.catalogue.models.product import Variant
from shop.extensions import db
from tests import factories
from tests.catalogue.form_helpers import picture
from tests.house.outcomes.kinds import IN, STAFF_DONE, STAFF_IN

STAFF_REFUSED = "302 403 422 422"
# Its stock has moved, so nothing here deletes the product or its variants: the response is the reason.
OUTCOMES = {
    "GET catalogue.new_product": STAFF_IN,
    "POST catalogue.create_product": STAFF_REFUSED,
    "GET catalogue.show_product": IN,
    "POST catalogue.edit_product": STAFF_REFUSED,
    "POST catalogue.copy.duplicate_product": STAFF_DONE,
    "POST catalogue.archive.archive_product": STAFF_DONE,
    "POST catalogue.archive.unarchive_product": STAFF_DONE,
    "POST catalogue.delete_product": STAFF_DONE,
    "GET catalogue.variants.show_variant": IN,
    "POST catalogue.variants.edit_variant": STAFF_REFUSED,
    "GET catalogue.variants.new_variant": STAFF_IN,
    "POST catalogue.variants.add_variant": STAFF_REFUSED,
    "POST catalogue.variants.remove_variant": STAFF_DONE,
    "GET catalogue.combinations.edit_combinations": STAFF_IN,
    "POST catalogue.combinations.preview_combinations": STAFF_REFUSED,
    "POST catalogue.combinations.add_combinations": STAFF_REFUSED,
    "POST catalogue.combinations.rename_value": STAFF_REFUSED,
    "GET catalogue.pictures.list_pictures": IN,
    "POST catalogue.pictures.add_pictures": STAFF_REFUSED,
    "POST catalogue.pictures.edit_alt_text": STAFF_DONE,
    "POST catalogue.pictures.move_picture_earlier": STAFF_DONE,
    "POST catalogue.pictures.move_picture_later": STAFF_DONE,
    "POST catalogue.pictures.remove_picture": "302 403 303 404",
    "GET catalogue.media.show_picture_file": IN,
}
LAST = ("catalogue.pictures.remove_picture",)


def values(app):
    """Create a product of two variants with a picture."""
    product_id = factories.make_product(
        app, title="Poster", option1="Size", variants=[{"value1": "S"}, {"value1": "M"}]
    )
    with app.app_context():
        drawing = picture_conversion.convert_picture(picture())
        name = picture_files.save_files(drawing.files)
        added = pictures.add(product_id, name, drawing, actor=factories.ACTOR)
        variant_id = db.session.scalars(select(Variant.id).where(Variant.product_id == product_id)).first()
        db.session.commit()
        return {
            "product_id": str(product_id),
            "variant_id": str(variant_id),
            "picture_id": str(added.id),
            "picture_name": name,
            "size": "160",
        }
