"""The three forms of a variant's page: each saves, is refused, or has a conflict; the rest is unchanged."""

import pytest

from shop.catalogue.models.product import Variant
from shop.extensions import db
from shop.stock import ledger
from shop.stock.models.movement import Reason
from shop.tokens import new_id
from shop.web.request_info import NO_REQUEST
from tests.factories import get_stock
from tests.page_inspector import form_values

FORMS = ("adjustments", "counts", "threshold")
GOOD = {
    "adjustments": ({"delta": "-4", "reason": "lost", "note": "gone"}, "Stock updated: 16 on hand."),
    "counts": ({"counted": "1018", "note": "shelf 3"}, "Stock updated: 1,018 on hand."),
    "threshold": ({"low_stock": "25"}, "Low-stock alert saved."),
}
BAD = {
    "adjustments": {"delta": "-21", "reason": "lost", "note": "gone"},
    "counts": {"counted": "x", "note": "shelf 3"},
    "threshold": {"low_stock": "-1"},
}
MOVED = {
    "counts": ({"counted": "18", "note": "shelf 3"}, "Stock changed while you were counting: 23 on hand now, not 20."),
    "threshold": ({"low_stock": "25"}, "Someone else changed this"),
}
CHANGING = {"key", "csrf_token"}


@pytest.fixture
def page(staff, room):
    """The path of a variant's page, as it is opened from a list; the browser is there."""
    path = f"/stock/{room['AP-R']}?back=state%3Din%26sort%3D-available"
    staff.get(path)
    return path


def form(page, end):
    return page.select_one(f"form[action*='/{end}']")


def typed_in(page, end):
    return {name: text for name, text in form_values(form(page, end)).items() if name not in CHANGING}


def send(client, end, typed):
    return client.post(form(client.page, end)["action"], data=form_values(form(client.page, end)) | typed)


def rest(page, *without):
    """Return a page's text without some of its forms."""
    forms = {end: typed_in(page, end) for end in FORMS if end not in without}
    figures = [one.get_text() for one in page.select(".figure")]
    rows = [one.get_text(" ", strip=True) for one in page.select("table.movements tbody tr")]
    return (
        forms,
        figures,
        rows,
        page.select_one(".facts").get_text(" ", strip=True),
        page.select_one(".crumb a")["href"],
    )


@pytest.mark.parametrize("end", FORMS)
def test_each_form_saves_and_leads_back_to_the_page_of_the_same_list(staff, page, end):
    typed, said = GOOD[end]
    before = rest(staff.page, *FORMS)

    answer = send(staff, end, typed)

    assert (answer.status_code, answer.location) == (303, page)
    staff.get(answer.location)
    assert staff.page.select_one(".note").get_text(strip=True) == said
    assert rest(staff.page, *FORMS)[3:] == before[3:] == (before[3], "/stock?state=in&sort=-available")


@pytest.mark.parametrize("end", FORMS)
def test_each_form_that_is_refused_keeps_what_was_typed_and_the_rest_of_the_page(app, staff, room, page, end):
    before = rest(staff.page, end)

    assert send(staff, end, BAD[end]).status_code == 422

    assert typed_in(staff.page, end).items() >= BAD[end].items()
    assert rest(staff.page, end) == before
    assert staff.page.title.get_text().startswith("Error: Stock for Apron")
    assert [one["action"] for one in staff.page.select("form[data-dirty='unsaved']")] == [
        form(staff.page, end)["action"]
    ]
    assert get_stock(app, room["AP-R"]) == (20, 0, 20)


@pytest.mark.parametrize("end", MOVED)
def test_each_form_that_meets_another_change_shows_it_and_can_be_sent_again(app, staff, room, page, end):
    typed, said = MOVED[end]
    with app.app_context():
        cause = ledger.Cause(by="another", key=new_id())
        ledger.adjust_on_hand(room["AP-R"], 3, Reason.RECEIVED, cause, visit=NO_REQUEST)
        variant = db.session.get_one(Variant, room["AP-R"])
        variant.low_stock, variant.version = 9, variant.version + 1
        db.session.commit()

    assert send(staff, end, typed).status_code == 409

    assert said in staff.page.get_text(" ", strip=True)
    assert typed_in(staff.page, end).items() >= (typed | ({"counted": ""} if end == "counts" else {})).items()
    mended = rest(staff.page, end)
    staff.get(page)
    assert mended == rest(staff.page, end)
    assert get_stock(app, room["AP-R"]) == (23, 0, 23)


@pytest.mark.parametrize("end", FORMS)
def test_no_form_is_taken_for_a_variant_that_there_is_not(app, staff, room, page, end):
    data = form_values(form(staff.page, end)) | GOOD[end][0]

    assert staff.post(f"/stock/99999/{end}", data=data).status_code == 404
    assert get_stock(app, room["AP-R"]) == (20, 0, 20)


def test_a_second_press_of_a_threshold_says_that_nothing_changed(staff, page):
    assert send(staff, "threshold", {"low_stock": ""}).status_code == 303

    staff.get(page)
    assert staff.page.select_one(".note").get_text(strip=True) == "Nothing was changed."
