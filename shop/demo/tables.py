"""The tables that the demo fills, and that people may fill beside it: emptied together, and empty before it begins."""

from shop.catalogue.models.picture import Picture
from shop.catalogue.models.product import Product, ProductTag, Variant
from shop.customers.models.customer import Customer, CustomerAddress, CustomerTag
from shop.idempotency import IdempotencyKey
from shop.orders.models.event import OrderEvent
from shop.orders.models.order import Order, OrderLine, OrderTag
from shop.orders.models.payment import Payment
from shop.orders.models.refund import Refund, RefundLine
from shop.orders.models.sales_day import SalesDay
from shop.orders.models.shipment import Shipment, ShipmentLine
from shop.search.models.search_word import SearchWord
from shop.stock.models.movement import Movement
from shop.undo.models.undo_step import UndoStep

# In the order of foreign keys: rows that refer to others first.
MODELS_TO_EMPTY = (
    ShipmentLine,
    Shipment,
    RefundLine,
    Refund,
    Payment,
    OrderEvent,
    OrderTag,
    Movement,
    OrderLine,
    Order,
    SalesDay,
    CustomerTag,
    CustomerAddress,
    Customer,
    Variant,
    Picture,
    ProductTag,
    Product,
    SearchWord,
    UndoStep,
    IdempotencyKey,
)
LEFT_BEHIND = (SalesDay, SearchWord, UndoStep, IdempotencyKey)  # rows that may outlast what a person has entered
