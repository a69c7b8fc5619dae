"""Two records of one person become one: nothing is lost, counted twice, or saved halfway."""

from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from shop import clock
from shop.audit.models.entry import Entry
from shop.customers import addresses, bulk_tags, customers, queries
from shop.customers.locks import lock_customers
from shop.customers.merge import MergeRefused, merge_customers
from shop.customers.models.customer import CustomerAddress, CustomerTag
from shop.extensions import db
from shop.orders.models.order import Order
from shop.search.models.search_word import SearchWord
from shop.undo import steps
from shop.undo.models.undo_step import UndoStep
from tests.customers.sample_customer import HOME, add_customer, form_fields, load_customer, post
from tests.factories import ACTOR, create_order, make_variant
from tests.sample_people import STAFF
from tests.sign_in_flow import sign_in

pytestmark = pytest.mark.both_databases

OTHER_HOME = {**HOME, "line1": "9 High Street", "city": "Bonn"}


@pytest.fixture
def pair(app):
    """The ids of two records of one person: the one to keep with an order, the other with two."""
    variant_id = make_variant(app, on_hand=50)
    keep = add_customer(app, phone="", tags=["vip"], accepts_marketing=True)
    byron = {"name": "A. Byron", "email": "byron@customers.example", "note": "Likes tea", "tags": ["VIP", "press"]}
    gone = add_customer(app, **byron, accepts_marketing=False, address=OTHER_HOME)
    with app.app_context():
        [other] = lock_customers(gone)
        customers.edit(other, {"accepts_marketing": True}, actor=ACTOR)
        customers.edit(other, {"accepts_marketing": False}, actor=ACTOR)  # decided last
        addresses.save_address(other, None, HOME, actor=ACTOR)
        db.session.commit()
    for customer_id in (keep, gone, gone):
        create_order(app, (variant_id, 1), customer_id=customer_id)
    return keep, gone


def post_merge(client, pair, **chosen):
    """Click the button of the merge's confirmation page."""
    path = "/customers/{}/merge/{}".format(*pair)
    client.get(path)
    return post(client, path, form_fields(client.page, path), **chosen)


def test_a_merge_is_shown_first(app, client, sink, pair):
    keep, gone = pair
    sign_in(app, client, sink, STAFF)
    client.get(f"/customers/{keep}/merge?q=byron")
    [link] = client.page.select("td a.main-link")
    client.get(link["href"])

    path = f"/customers/{keep}/merge/{gone}"
    assert link["href"] == path
    words = client.page.get_text(" ", strip=True)
    assert "3 in total; 2 will move" in words
    assert "No consent (latest decision)" in words
    assert load_customer(app, gone)
    typed = form_fields(client.page, path)
    assert (typed["take-name"], typed["take-email"]) == ("kept", "kept")
    assert "take-phone" not in typed  # only one of them has one


@pytest.mark.parametrize(
    ("agreed", "sentence"), [(False, "No consent recorded"), (True, "No consent (latest decision)")]
)
def test_the_preview_says_whether_a_decision_is_known(app, client, sink, agreed, sentence):
    keep, gone = (add_customer(app, accepts_marketing=False) for _ in range(2))
    if agreed:
        with app.app_context():
            [other] = lock_customers(gone)
            for decision in (True, False):
                customers.edit(other, {"accepts_marketing": decision}, actor=ACTOR)
            db.session.commit()
    sign_in(app, client, sink, STAFF)

    client.get(f"/customers/{keep}/merge/{gone}")

    assert sentence in client.page.get_text(" ", strip=True)


def test_enter_beside_a_choice_merges_nothing_and_keeps_the_choice(app, client, sink, pair):
    keep, gone = pair
    sign_in(app, client, sink, STAFF)

    assert post_merge(client, pair, **{"take-email": "other", "press": "enter"}).status_code == 200

    assert load_customer(app, keep)
    assert load_customer(app, gone)
    assert "To continue, click “Merge customers”." in client.page.get_text()
    path = "/customers/{}/merge/{}".format(*pair)
    assert form_fields(client.page, path)["take-email"] == "other"


def test_a_merge_keeps_what_both_had(app, client, sink, pair):
    keep, gone = pair
    sign_in(app, client, sink, STAFF)

    assert post_merge(client, pair, **{"take-email": "other"}).status_code == 303

    one = load_customer(app, keep)
    assert (one.name, one.email, one.phone) == ("Ada Byron", "byron@customers.example", "+49 30 5550199")
    assert (one.note, one.tags) == ("Rings twice\n\nLikes tea", ["press", "vip"])
    assert [home.fields["line1"] for home in one.addresses] == ["1 Mill Lane", "9 High Street"]
    assert [home.is_default for home in one.addresses] == [True, False]
    assert (one.accepts_marketing, one.orders, one.version) == (False, 3, 2)
    with app.app_context():
        assert db.session.scalars(select(Order.customer_id)).all() == [keep] * 3
        [entry] = db.session.scalars(select(Entry).where(Entry.event == "customers_merged"))
        assert entry.details == {"customer": keep, "merged": gone}


def test_who_was_merged_is_found_nowhere_any_more(app, client, sink, pair):
    keep, gone = pair
    sign_in(app, client, sink, STAFF)
    path = f"/customers/{keep}/merge/{gone}"
    client.get(path)
    typed = form_fields(client.page, path)

    assert post_merge(client, pair, **{"take-email": "other"}).status_code == 303

    assert load_customer(app, gone) is None
    assert client.get(f"/customers/{gone}").status_code == 404
    assert post(client, path, typed).status_code == 404
    with app.app_context():
        assert [customer.id for customer in queries.search_customers("tea")] == []
        assert [customer.id for customer in queries.search_customers("press bonn")] == []
        assert [customer.id for customer in queries.search_customers("press byron")] == [keep]
        for table in (CustomerAddress, CustomerTag):
            assert db.session.scalar(select(func.count()).where(table.customer_id == gone)) == 0
        assert (
            db.session.scalar(select(func.count()).where(SearchWord.kind == "customer", SearchWord.record_id == gone))
            == 0
        )


def test_nobody_is_merged_with_themselves_or_with_who_was_erased(app, client, sink):
    one, two = add_customer(app), add_customer(app)
    with app.app_context():
        with pytest.raises(MergeRefused):
            merge_customers(one, one, {}, actor=ACTOR)
        db.session.rollback()
        [erased] = lock_customers(two)
        erased.erased_at = clock.now()
        db.session.commit()
        with pytest.raises(MergeRefused):
            merge_customers(one, two, {}, actor=ACTOR)
        db.session.rollback()
        with pytest.raises(LookupError):
            merge_customers(one, 999, {}, actor=ACTOR)
        db.session.rollback()

    sign_in(app, client, sink, STAFF)
    for other in (one, two):
        answer = client.get(f"/customers/{one}/merge/{other}")
        assert (answer.status_code, answer.location) == (303, f"/customers/{one}")
    assert client.get(f"/customers/{one}/merge/999").status_code == 404
    assert load_customer(app, one).version == 1
    assert load_customer(app, two)


def test_what_does_not_fit_one_customer_is_refused_and_nothing_is_lost(app):
    many = [f"t{number:02}" for number in range(50)]
    one, full, wordy = (
        add_customer(app, tags=["vip"]),
        add_customer(app, tags=many),
        add_customer(app, tags=[], note="x" * 9_995),
    )

    with app.app_context():
        for other, said in ((full, "more than 50 tags"), (wordy, "more than 10,000 characters")):
            with pytest.raises(MergeRefused, match=said):
                merge_customers(one, other, {}, actor=ACTOR)
            db.session.rollback()
        step = bulk_tags.add_tag([one, full], "press", actor=ACTOR)
        assert step.sentence == "1 customer tagged; 1 skipped because it already has 50 tags."
        db.session.commit()

    assert [load_customer(app, each).tags for each in (one, full)] == [["press", "vip"], many]


def test_taking_back_and_merging_at_once_wait_for_each_other_in_one_order(app):
    for _ in range(4):
        one, two = add_customer(app), add_customer(app, email="b@customers.example")
        with app.app_context():
            step_id = bulk_tags.add_tag([one, two], "press", actor=ACTOR).id
            db.session.commit()
        all_at_once(
            app,
            lambda one=one, two=two: merge_customers(one, two, {}, actor=ACTOR),
            lambda step_id=step_id: steps.undo_step(step_id, actor=ACTOR),
            lambda step_id=step_id: steps.undo_step(step_id, actor=ACTOR),
        )
        with app.app_context():
            step = db.session.get(UndoStep, step_id)
            assert step.undone_at
            assert [change["id"] for change in step.changes] == [one]
            entries = db.session.scalars(select(Entry).filter_by(event="change_undone").order_by(Entry.id)).all()
            assert entries[-1].details["what"] == "a change to customers"
    assert len(entries) == 4


def test_merging_both_ways_and_changing_at_once_leaves_one_whole_customer(app):
    variant_id = make_variant(app, on_hand=100)
    for _ in range(4):
        one = add_customer(app)
        two = add_customer(app, email="b@customers.example", note="Likes tea", address=OTHER_HOME)
        for customer_id in (one, two):
            create_order(app, (variant_id, 1), customer_id=customer_id)
        all_at_once(
            app,
            lambda one=one, two=two: merge_customers(one, two, {}, actor=ACTOR),
            lambda one=one, two=two: merge_customers(two, one, {}, actor=ACTOR),
            lambda one=one: change(one, "Changed"),
            lambda two=two: change(two, "Changed too"),
        )
        left = [customer for customer in (load_customer(app, one), load_customer(app, two)) if customer]
        assert len(left) == 1
        assert left[0].orders == 2
        assert len(left[0].addresses) == 2
        assert {"Likes tea", "Rings twice"} == set(left[0].note.split("\n\n"))
        with app.app_context():
            assert db.session.scalar(select(func.count()).where(Order.customer_id == left[0].id)) == 2
            gone = two if left[0].id == one else one
            of_gone = select(SearchWord).where(SearchWord.record_id == gone, SearchWord.kind == "customer")
            assert db.session.scalars(of_gone).all() == []


def change(customer_id, name):
    held = lock_customers(customer_id)
    if held:
        customers.edit(held[0], {"name": name}, actor=ACTOR)


def all_at_once(app, *acts):
    """Run acts in threads that begin together, each in a transaction; one whose records are gone does nothing."""
    start, faults = Barrier(len(acts)), []

    def run(act):
        with app.app_context():
            start.wait()
            try:
                act()
                db.session.commit()
            except (LookupError, MergeRefused):
                db.session.rollback()
            except Exception as fault:
                db.session.rollback()
                faults.append(fault)

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
