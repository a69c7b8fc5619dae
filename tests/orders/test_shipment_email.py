"""The email about a shipment: proposed, edited, and sent as approved, once, to the order's address only."""

from email.header import decode_header, make_header
from pathlib import Path

import pytest

from shop.audit.models.entry import Entry
from shop.extensions import db
from shop.orders.models.event import OrderEvent
from shop.orders.models.order import Order
from shop.outbox.models.email import Email
from tests.factories import ADDRESS, create_order, make_variant
from tests.orders.form_helpers import change_store, error_messages, read_form, submit_form
from tests.sample_people import STAFF
from tests.sign_in_flow import deliver_emails, sign_in

APPROVED = Path(__file__).parent / "approved" / "order_shipped.txt"
ADA, PAGE = "ada@customers.example", "/orders/1001/shipments/1/letter"
TRACK = "https://post.example/track?no=00340&lang=en"
HOSTILE = """<b>&"O'Brien" =?utf-8?q?=0ABcc:_x=40y.example?= \u202e店"""


@pytest.fixture
def desk(app, client, sink):
    """A staff member's browser."""
    sign_in(app, client, sink, STAFF)
    deliver_emails(app)  # the email about a new browser
    sink.received.clear()
    return client


def send_parcel(desk, **typed):
    desk.get("/orders/1001/shipments/new")
    return submit_form(desk, "/orders/1001/shipments", **typed)


def posted(app):
    with app.app_context():
        return Email.query.filter_by(kind="order_shipped").order_by(Email.id).all()


def test_enter_in_the_subject_posts_no_letter(app, desk):
    create_order(app, (make_variant(app), 1))
    send_parcel(desk)
    desk.get(PAGE)

    answer = submit_form(desk, PAGE, press="enter", subject="On its way")

    assert answer.status_code == 200
    assert desk.page.find(id="subject")["value"] == "On its way"
    assert posted(app) == []


@pytest.fixture
def parcel(app, desk):
    """A shipment of two titles, sent by a shop with a name of its own."""
    change_store(app, name="Corner & Sons")
    mug = make_variant(app, title="Blue mug")
    create_order(app, (mug, 3), (make_variant(app, title="Tee"), 1))
    answer = send_parcel(desk, carrier="Post", tracking="00340", tracking_url=TRACK)
    assert answer.location == PAGE


def approve(desk):
    """Edit the proposed email a little, and submit it twice."""
    desk.get(PAGE)
    proposed = read_form(desk.page)
    text = proposed["text"].replace("Thank you", "Many thanks")
    for _ in range(2):
        answer = desk.post(PAGE, data={**proposed, "subject": "Your mugs – #1001", "text": text})
        assert (answer.status_code, answer.location) == (303, "/orders/1001")


def test_a_letter_is_proposed_and_does_not_leave_before_it_is_approved(app, desk, sink, parcel):
    deliver_emails(app)

    assert sink.received == []
    desk.get(PAGE)
    assert read_form(desk.page)["text"].replace("\r\n", "\n") + "\n" == APPROVED.read_text(encoding="utf-8")


def test_the_letter_leaves_as_it_was_approved_once_and_to_one_address(app, desk, sink, parcel):
    approve(desk)
    deliver_emails(app)

    [letter] = sink.received
    assert letter.recipients == [ADA]
    assert (letter.message["To"], letter.message["Bcc"], letter.message["Cc"]) == (ADA, None, None)
    assert str(make_header(decode_header(letter.message["Subject"]))) == "Your mugs – #1001"
    assert "Many thanks for your order.\nCorner & Sons" in letter.text
    assert "3 × Blue mug" in letter.text
    assert "Corner &amp; Sons" in letter.html
    assert f'href="{TRACK.replace("&", "&amp;")}"' in letter.html


def test_a_letter_that_was_posted_is_noted_once_and_said_on_its_page(app, desk, parcel):
    approve(desk)

    with app.app_context():
        assert OrderEvent.query.filter_by(kind="letter posted").count() == 1
    desk.get(PAGE)
    assert "An email about this shipment was already sent on" in desk.page.get_text()


def test_at_most_three_letters_about_a_parcel_are_posted_and_each_is_in_the_audit_log(app, desk):
    create_order(app, (make_variant(app), 1))
    send_parcel(desk)

    for status in (303, 303, 303, 422):
        desk.get(PAGE)
        assert submit_form(desk, PAGE, subject="Kept").status_code == status
    assert error_messages(desk) == ["3 emails about this shipment have already been sent, which is the maximum."]
    assert read_form(desk.page)["subject"] == "Kept"
    assert len(posted(app)) == 3
    with app.app_context():
        details = [one.details for one in Entry.query.filter_by(event="letter_posted").order_by(Entry.id)]
    assert details == [{"order": 1001, "shipment": 1}] * 3


def test_hostile_words_stay_words(app, desk, sink):
    home = {**ADDRESS, "name": HOSTILE}
    create_order(app, (make_variant(app, title=HOSTILE), 1), delivery=home)
    send_parcel(desk, carrier=HOSTILE, tracking=HOSTILE)

    desk.get(PAGE)
    assert submit_form(desk, PAGE, subject=HOSTILE).status_code == 303

    deliver_emails(app)
    [letter] = sink.received
    assert letter.recipients == [ADA]
    assert letter.raw.isascii()
    assert letter.message["Bcc"] is None
    assert letter.text.count(HOSTILE) == 4
    assert "<b>" not in letter.html
    head = letter.raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode().replace("\n ", " ")
    [subject] = [line.removeprefix("Subject: ") for line in head.split("\n") if line.startswith("Subject:")]
    assert str(make_header(decode_header(subject))) == HOSTILE


def test_what_cannot_be_sent_is_said_and_all_typing_is_kept(app, desk, sink):
    create_order(app, (make_variant(app), 1))
    send_parcel(desk)

    for typed, sentence in [
        ({"subject": "One\r\nBcc: all@elsewhere.example"}, "Subject: Enter this on one line"),
        ({"subject": " "}, "Enter a subject."),
        ({"text": ""}, "Enter a message."),
        ({"text": "x" * 10_001}, "Message: Use at most 10,000 characters"),
        ({"text": "a\x00b"}, "Message: Remove the control characters."),
        ({"key": ""}, "Part of this form was missing."),
    ]:
        desk.get(PAGE)
        assert submit_form(desk, PAGE, **{"text": "Kept", "subject": "Kept", **typed}).status_code == 422, typed
        assert sentence in " ".join(error_messages(desk))
        assert "Kept" in read_form(desk.page).values()
    assert posted(app) == []


def test_no_letter_goes_where_the_order_has_no_address_or_another_by_now(app, desk, sink):
    create_order(app, (make_variant(app), 2))
    send_parcel(desk)
    desk.get(PAGE)
    waiting = read_form(desk.page)
    with app.app_context():
        db.session.get(Order, 1).email = ""
        db.session.commit()

    assert desk.post(PAGE, data=waiting).status_code == 422
    assert error_messages(desk) == ["This order has no valid email address."]

    with app.app_context():
        db.session.get(Order, 1).email = ADA
        db.session.commit()
    assert desk.post(PAGE, data=waiting).status_code == 303

    with app.app_context():
        db.session.get(Order, 1).email = "else@customers.example"
        db.session.commit()
    deliver_emails(app)
    assert sink.received == []
    assert [one.outcome for one in posted(app)] == ["withheld"]
