"""A thousand pairs of edits at once: nothing is overwritten in silence."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from shop.audit.entries import Entry
from shop.catalogue import product as products
from shop.catalogue import writing
from shop.catalogue.forms import ProductForm
from shop.extensions import db
from shop.visit import COMMAND_LINE
from tests import results
from tests.cast import STAFF
from tests.catalogue.test_handles import VALUES
from tests.catalogue.typed import opened

PAIRS = 1000
SAME, APART = "the same field", "different fields"
SAVED, CONFLICT = "saved", "conflict"
STATUSES = ("active", "draft")


def save(product_id, fields):
    """Do what the view does with a form that was sent."""
    found = products.lock(product_id)
    form = ProductForm(formdata=MultiDict(fields), meta={"csrf": False})
    assert form.validate(), form.errors
    merge = form.settle(found.version, writing.values_of(found), {})
    if merge.conflicts:
        db.session.rollback()
        return CONFLICT
    writing.change(found, merge.values, by=STAFF, visit=COMMAND_LINE)
    db.session.commit()
    return SAVED


def test_of_a_thousand_pairs_no_edit_is_lost_in_silence(app):
    barrier, outcomes = Barrier(2, timeout=60), Counter()

    def edit(fields):
        with app.test_request_context():
            barrier.wait()
            return save(product_id, fields)

    with app.test_request_context(), ThreadPoolExecutor(2) as pool:
        product_id = writing.add({**VALUES, "title": "Mug"}, by=STAFF, visit=COMMAND_LINE).id
        db.session.commit()
        seen = opened(product_id)
        for number in range(PAIRS):
            mine = {"description": f"{number} by me"}
            theirs = {"description": f"{number} by them"} if number % 2 else {"status": STATUSES[number // 2 % 2]}
            answers = list(pool.map(edit, [seen | mine, seen | theirs]))
            seen = opened(product_id)
            for typed, answer in zip((mine, theirs), answers, strict=True):
                assert (seen | typed == seen) == (answer == SAVED)
            outcomes[SAME if number % 2 else APART, " and ".join(sorted(answers))] += 1
        assert outcomes == {(SAME, f"{CONFLICT} and {SAVED}"): PAIRS // 2, (APART, f"{SAVED} and {SAVED}"): PAIRS // 2}
        recorded = len(list(db.session.scalars(select(Entry.id).where(Entry.event == "product_changed"))))
        assert recorded == PAIRS // 2 + PAIRS
        figures = {f"{kind}: {how}": number for (kind, how), number in outcomes.items()}
        results.write(f"pairs of edits, {db.engine.dialect.name}", pairs=PAIRS, **figures, overwritten_in_silence=0)
