"""Each column of a customer's data is erased, exported and merged, or listed here with the reason why not."""

import pytest

from shop.customers import data_export, erasure
from shop.customers.merge import CHOICE_FIELDS, OTHER, merge_customers
from tests.customers.column_changes import change, columns, newcomer, result_of, rows, somebody_with_everything, tables
from tests.factories import ACTOR

STAYS = {
    "the books: what was ordered, for how much, and what became of it": """
        customers: orders spent spent_by_currency last_order_at created_at
        orders: number placed_at currency prices_include_tax tax_rate shipping shipping_method discount discount_code
            cancelled_at archived_at subtotal tax total paid refunded credited units status payment_state
            fulfilment_state is_to_ship is_to_pay
        order_lines: position title variant_title sku price quantity taxable requires_shipping discount tax
        order_tags: tag
        payments: at amount method
        refunds: at amount shipping credit
        refund_lines: removed returned value is_restocked
        shipments: at carrier
        shipment_lines: units
        stock_movements: at delta total reason note
        order_events: at kind details
        """,
    "who of the staff did it": """
        orders: placed_by  payments: by  refunds: by  shipments: by  stock_movements: by  order_events: by
        """,
    "keys and versions, which say nothing of anybody": """
        customers: version  orders: key version  payments: key  refunds: key  shipments: key  stock_movements: key
        """,
    "that somebody was erased": "customers: erased_at",
    "of a comment the words go; other events have none": "order_events: comment",
    "whether a letter left, and about which parcel": """
        letters: kind ref message_id posted_at due_at attempts outcome never_reached
        """,
    "that there was an account, and when; somebody with a role is not the customers' affair": """
        people: since last_sign_in_at is_customer public_id
        login_sessions: secret_hash started_at last_seen_at ended_at proven_at via client_id
        grants: session_id client_id code_id by_api scope refresh_hash proven_at begun_at used_at ended_at
        """,
}
UNTOLD = {
    "made of other columns that are told": """
        customers: name_key spent  people: domain  orders: credited units is_to_ship is_to_pay
        order_lines: position taxable requires_shipping  refunds: credit
        """,
    "who of the staff did it": """
        orders: placed_by  payments: by  refunds: by  shipments: by  stock_movements: by  order_events: by
        """,
    "keys, hashes and versions": """
        customers: version  orders: key version  payments: key  refunds: key  shipments: key  stock_movements: key
        login_sessions: secret_hash next_hash  known_browsers: secret_hash  grants: refresh_hash
        """,
    "what the shelves had": "stock_movements: at delta total reason note  refund_lines: is_restocked",
    "what the timeline repeats of payments, refunds, parcels and changes": "order_events: details",
    "the way of a letter": "letters: message_id due_at attempts never_reached claim claimed_until",
    "a program's tokens begin with a session that is told, and end with it": """
        grants: session_id client_id code_id by_api scope proven_at begun_at used_at ended_at ended_because
        """,
}
UNMERGED = {
    "counted anew over the orders of both": "customers: orders spent spent_by_currency last_order_at",
    "made of the name that is kept": "customers: name_key",
    "the merge is a change of its own": "customers: updated_at version",
}


def named(reasons):
    """Return the columns in a table of reasons, as `table.column`."""
    found, table = [], ""
    for word in " ".join(reasons.values()).split():
        if word.endswith(":"):
            table = word
        else:
            found.append(f"{table[:-1]}.{word}")
    assert len(found) == len(set(found))
    return set(found)


def that_matter(act, customer_id, those):
    """Return those columns whose values make a difference to the result of an act."""

    def changed(column):
        change(column, customer_id)
        return act(column.table)

    usual = {table.name: result_of(lambda table=table: act(table)) for table in {one.table for one in those}}
    return {str(one) for one in those if result_of(lambda one=one: changed(one)) != usual[one.table.name]}


@pytest.fixture
def customer_id(app, client, sink, clock):
    customer_id = somebody_with_everything(app, client, sink)
    with app.app_context():
        yield customer_id


def test_every_table_of_a_customers_has_a_row_here(customer_id):
    assert [table.name for table in tables() if rows(table) == [[]]] == []


def test_each_column_is_erased_or_has_a_reason_to_stay(customer_id):
    def erase(table):
        erasure.erase_customer(customer_id, actor=ACTOR)
        return rows(table)

    assert that_matter(erase, customer_id, columns()) == named(STAYS)


def test_each_column_is_told_to_its_person_or_has_a_reason_not_to_be(customer_id):
    told = that_matter(lambda _table: data_export.export_customer(customer_id, actor=ACTOR), customer_id, columns())

    assert {str(column) for column in columns()} - told == named(UNTOLD)


def test_each_column_counts_in_a_merge_or_has_a_reason_not_to(app, customer_id):
    kept_id = newcomer(app)
    theirs = [one for one in columns() if one.table.name == "customers" or "customer_id" in one.table.c]

    def merge(_table):
        merge_customers(kept_id, customer_id, dict.fromkeys(CHOICE_FIELDS, OTHER), actor=ACTOR)
        return rows(*tables())

    assert {str(column) for column in theirs} - that_matter(merge, customer_id, theirs) == named(UNMERGED)
