"""The form of a new order: the order form, its customer, note and tags."""

from typing import Any

from shop.customers.models.customer import ADDRESS_FIELDS, Customer
from shop.fields.tags import TagsField
from shop.fields.text import LineField, LongTextField
from shop.idempotency import IdempotentForm
from shop.orders.forms.fields import set_value
from shop.orders.forms.order import IdField, OrderForm, with_currency


class NewOrderForm(OrderForm, IdempotentForm):
    """An order that is taken by hand; `customer` is the one that was chosen."""

    who = LineField("Find a customer by name, e-mail address or telephone", most=200)
    customer = IdField()
    name = LineField("Name", most=255)
    note = LongTextField("Note, for the staff only", most=5000)
    tags = TagsField("Tags, with commas between them")

    def choose(self, customer: Customer) -> None:
        """Fill in what is known of a customer; an address that was typed stays."""
        for field, known in ((self.customer, customer.id), (self.name, customer.name), (self.email, customer.email)):
            set_value(field, known)
        set_value(self.who, "")
        homes = sorted(customer.addresses, key=lambda one: not one.is_default)
        if homes and not any(self.delivery.data.values()):
            for part in ADDRESS_FIELDS:
                set_value(self.delivery.form[part], homes[0].fields.get(part) or "")

    def forget(self) -> None:
        """Take back the choice of a customer."""
        for field in (self.customer, self.name, self.email):
            set_value(field, field.empty)


def new_order_form(currency: str, **shown: Any) -> NewOrderForm:
    """Make the sheet of a new order; `shown` is what stands on it at first."""
    form: NewOrderForm = with_currency(NewOrderForm, currency)(data={"same": True, **shown})
    return form
