"""Remove the demo, and everything that people added to it."""

from sqlalchemy import delete, func, select

from shop.audit.entries import record
from shop.catalogue import picture_files
from shop.catalogue.models.picture import Picture
from shop.catalogue.models.product import Product
from shop.customers.models.customer import Customer
from shop.demo.creation import DemoCounts
from shop.demo.tables import MODELS_TO_EMPTY
from shop.extensions import db
from shop.orders.models.order import Order
from shop.orders.shipment_emails import EMAIL_KIND
from shop.outbox.models.email import Email
from shop.settings import store
from shop.settings.models.store import DEFAULTS
from shop.transactions import update_rows
from shop.web.actor import Actor

PICTURES_NOT_DELETED = (
    "{files} can't be deleted from {folder}. The store still has the demo, without the pictures that were deleted. "
    "Make sure that you can write to that folder, then run the command again."
)


class NoDemo(Exception):
    """This shop is not the demo; the message says so to people."""


class PicturesNotDeleted(Exception):
    """Picture files cannot be deleted, so nothing else is deleted either; the message says so to people."""


def remove_demo(*, actor: Actor) -> DemoCounts:
    """Empty the demo shop, and delete its pictures. Returns how much there was.

    The files are deleted before the commit: after a crash in between, the shop is still marked as the demo, and can be
    emptied again. People, sessions, emails to them, the audit log and the settings stay. Raises NoDemo and
    PicturesNotDeleted.
    """
    shop = store.get_locked_store()
    if not shop.is_demo:
        raise NoDemo("This store doesn't have the demo. Nothing was removed.")
    was = DemoCounts(_count(Product), _count(Order), _count(Customer))
    names = list(db.session.scalars(select(Picture.name)))
    for model in MODELS_TO_EMPTY:
        update_rows(delete(model))
    about_orders = delete(Email).where(Email.kind == EMAIL_KIND)
    update_rows(about_orders)
    shop.is_demo = False
    shop.last_order_number = DEFAULTS["last_order_number"]
    record("demo_emptied", actor=actor, products=was.products, orders=was.orders, customers=was.customers)
    if left := picture_files.delete_files(names):
        more = len(left) - 1
        files = left[0].name + (f" and {more:,} more {'file' if more == 1 else 'files'}" if more else "")
        raise PicturesNotDeleted(PICTURES_NOT_DELETED.format(files=files, folder=picture_files.folder_path()))
    return was


def _count(model: type[Product | Order | Customer]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0
