"""The form of a new order: the order form, its customer, note and tags."""

from typing import Any

from flask_babel import lazy_gettext as _l

from shop.customers.models.customer import ADDRESS_FIELDS, Customer
from shop.fields.tags import TagsField
from shop.fields.text import LineField, LongTextField
from shop.idempotency import IdempotentForm
from shop.orders.forms.fields import set_value
from shop.orders.forms.order import IdField, OrderForm, with_currency


class NewOrderForm(OrderForm, IdempotentForm):
    """An order created by hand; `customer` is the selected one."""

    who = LineField(_l("Search for a customer by name, email, or phone"), most=200)
    customer = IdField()
    name = LineField(_l("Name"), most=255)
    note = LongTextField(_l("Note (staff only)"), most=5000)
    tags = TagsField(_l("Tags"))

    def choose(self, customer: Customer) -> None:
        """Fill in what is known of a customer; an address that was entered stays."""
        for field, known in ((self.customer, customer.id), (self.name, customer.name), (self.email, customer.email)):
            set_value(field, known)
        set_value(self.who, "")
        homes = sorted(customer.addresses, key=lambda one: not one.is_default)
        if homes and not any(self.delivery.data.values()):
            for part in ADDRESS_FIELDS:
                set_value(self.delivery.form[part], homes[0].fields.get(part) or "")

    def forget(self) -> None:
        """Deselect the customer."""
        for field in (self.customer, self.name, self.email):
            set_value(field, field.empty)


def new_order_form(currency: str, **shown: Any) -> NewOrderForm:
    """Return the form of a new order; `shown` are its initial values."""
    form: NewOrderForm = with_currency(NewOrderForm, currency)(data={"same": True, **shown})
    return form
