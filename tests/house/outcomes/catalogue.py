"""Products, their variants and pictures."""

from sqlalchemy import select

from shop.catalogue import imaging, media, pictures
from shop.catalogue.product import Variant
from shop.extensions import db
from tests import factories
from tests.catalogue.typed import picture
from tests.house.outcomes.kinds import IN, STAFF_DONE, STAFF_IN

STAFF_REFUSED = "302 403 422 422"
# Its stock has moved, so nothing here deletes the product or its variants: the press is answered with the reason.
OUTCOMES = {
    "GET catalogue.new_product": STAFF_IN,
    "POST catalogue.add_product": STAFF_REFUSED,
    "GET catalogue.show_product": IN,
    "POST catalogue.change_product": STAFF_REFUSED,
    "POST catalogue.duplicate_product": STAFF_DONE,
    "POST catalogue.archive_product": STAFF_DONE,
    "POST catalogue.unarchive_product": STAFF_DONE,
    "POST catalogue.delete_product": STAFF_DONE,
    "GET varying.show_variant": IN,
    "POST varying.change_variant": STAFF_REFUSED,
    "GET varying.new_variant": STAFF_IN,
    "POST varying.add_variant": STAFF_REFUSED,
    "POST varying.remove_variant": STAFF_DONE,
    "GET varying.write_combinations": STAFF_IN,
    "POST varying.preview_combinations": STAFF_REFUSED,
    "POST varying.add_combinations": STAFF_REFUSED,
    "POST varying.rename_value": STAFF_REFUSED,
    "GET gallery.list_pictures": IN,
    "POST gallery.add_pictures": STAFF_REFUSED,
    "POST gallery.describe_picture": STAFF_DONE,
    "POST gallery.move_earlier": STAFF_DONE,
    "POST gallery.move_later": STAFF_DONE,
    "POST gallery.remove_picture": "302 403 303 404",
    "GET gallery.show_file": IN,
}
LAST = ("gallery.remove_picture",)


def values(app):
    """Make a product of two variants with a picture."""
    product_id = factories.make_product(
        app, title="Poster", option1="Size", variants=[{"value1": "S"}, {"value1": "M"}]
    )
    with app.app_context():
        drawing = imaging.draw(picture())
        name = media.keep(drawing.files)
        added = pictures.add(product_id, name, drawing, **factories.ACTOR)
        variant_id = db.session.scalars(select(Variant.id).where(Variant.product_id == product_id)).first()
        db.session.commit()
        return {
            "product_id": str(product_id),
            "variant_id": str(variant_id),
            "picture_id": str(added.id),
            "picture_name": name,
            "size": "160",
        }
