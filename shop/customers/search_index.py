"""The words and phone numbers that a customer is found by."""

from shop.customers.models.customer import Customer
from shop.search import word_index

KIND = "customer"


def index_customer(customer: Customer) -> None:
    """Update the words that a locked customer is found by; an erased one is found by none."""
    if customer.erased_at:
        word_index.remove_record(KIND, customer.id)
        return
    homes = [address.fields for address in customer.addresses]
    texts = [customer.name, customer.email, *customer.tags]
    texts += [home.get(part, "") for home in homes for part in ("name", "company")]
    phones = [customer.phone, *(home.get("phone", "") for home in homes)]
    word_index.index_record(KIND, customer.id, texts, [phone for phone in phones if phone])
