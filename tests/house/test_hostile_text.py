"""Hostile text in any field: no fault, nothing is returned as markup, and every page still works."""

import pytest
from werkzeug.datastructures import MultiDict

from tests import results
from tests.factories import create_order, make_customer, make_product
from tests.house.hostile_forms import MARK, TEXTS, list_forms, walk_pages
from tests.sample_people import OWNER
from tests.sign_in_flow import sign_in

pytestmark = pytest.mark.slow

# What PostgreSQL treats differently from SQLite; the rest is the same code.
CHOOSY = ("quotes and tags", "four bytes", "ten thousand", "control characters", "a huge number")
STARTS = ("/", "/products", "/stock", "/orders", "/customers", "/settings", "/people", "/audit", "/outbox", "/sessions")


@pytest.fixture
def inside(app, client, sink):
    """The owner, in a shop with one of each."""
    customer = make_customer(app)
    make_product(
        app, variants=[{"sku": "TEE-S", "value1": "Small"}, {"sku": "TEE-L", "value1": "Large"}], option1="Size"
    )
    create_order(app, (1, 2), customer_id=customer)
    create_order(app, (2, 1), customer_id=customer)
    assert sign_in(app, client, sink, OWNER).status_code == 303
    return client


def found_forms(client):
    """Return each form once, however many pages have it."""
    forms = {}
    for path, page in walk_pages(client, STARTS):
        assert not client.is_markup(MARK), path
        for form in list_forms(page, path):
            if form.typed:
                forms.setdefault((form.method, form.action, tuple(sorted(form.typed)), tuple(form.fixed[-1:])), form)
    return list(forms.values())


def test_no_form_breaks_and_nothing_comes_back_as_markup(inside, database_url):
    kind = database_url.partition(":")[0]
    forms, sent = found_forms(inside), 0
    texts = TEXTS if kind == "sqlite" else {name: TEXTS[name] for name in CHOOSY}

    for form in forms:
        for name, text in texts.items():
            data = MultiDict(form.filled(text))
            given = {"data": data} if form.method == "post" else {"query_string": data}
            path = form.action if form.method == "post" else form.action.partition("?")[0]
            answer = inside.open(path, method=form.method.upper(), **given)
            assert answer.status_code < 500, (form.name, name)
            assert not inside.is_markup(MARK), (form.name, name)
            sent += 1

    walked = [(path, inside.is_markup(MARK)) for path, _ in walk_pages(inside, STARTS)]
    assert not [path for path, is_markup in walked if is_markup]
    assert len(forms) > 30
    assert len(walked) > 30
    results.save_figures(
        f"hostile text, {kind}",
        forms=len(forms),
        texts=len(texts),
        sent=sent,
        pages=len(walked),
    )
