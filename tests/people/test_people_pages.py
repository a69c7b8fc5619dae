"""An owner invites, inspects, changes and removes people; each with one click."""

from tests.sample_people import OWNER, STAFF
from tests.sign_in_flow import confirm_link, deliver_emails, request_link, sign_in

GUEST = "guest@elsewhere.example"


def invite(client, addresses, role="staff", **more):
    data = {"addresses": addresses, "role": role, "until": "", "note": "", **more}
    return client.submit("/people/invitations", data, of="/people/invitations/new")


def test_the_whole_way_of_a_guest(app, client, other, sink):
    sign_in(app, client, sink, OWNER)
    assert invite(client, f"Guest <{GUEST}>").status_code == 303

    deliver_emails(app)
    letter = next(one for one in sink.letters_to(GUEST) if "invited" in one.message["Subject"])
    link = letter.text.split("You won't need a password.\n\n")[1].split("\n")[0]
    other.get(link.removeprefix("http://127.0.0.1:8000"), follow_redirects=True)
    assert GUEST in other.page.get_text()

    request_link(other, GUEST)
    deliver_emails(app)
    way_in = next(one for one in sink.letters_to(GUEST) if "/sign-in/link/" in one.text)
    assert confirm_link(other, way_in.link).status_code == 303
    assert other.get("/").status_code == 200

    client.get("/people?state=active")
    row = client.page.find("a", string=GUEST)
    client.get(row["href"])
    assert client.submit(f"{row['href']}/removal", of=row["href"]).status_code == 303
    assert other.get("/").status_code == 302


def test_all_pages_open(app, client, sink):
    sign_in(app, client, sink, OWNER)
    for path in (
        "/people",
        f"/people?why={STAFF}",
        "/people/invitations/new",
        "/sessions",
        "/sessions?of=everybody",
        "/audit",
        "/audit/mine",
        "/outbox",
        "/",
    ):
        assert client.get(path).status_code == 200, path


def test_a_preview_of_invitations_opens_whatever_the_lines(app, client, sink):
    sign_in(app, client, sink, OWNER)
    data = {"addresses": f"a@b.example\nbad\n{STAFF}\n@x.example", "role": "viewer"}

    answer = client.submit("/people/invitations/preview", data, of="/people/invitations/new")

    assert answer.status_code == 200


def test_the_audit_log_is_checked_and_exported_by_a_press(app, client, sink):
    sign_in(app, client, sink, OWNER)
    assert client.submit("/audit/check", of="/audit").status_code == 303
    client.get("/audit")
    assert "is intact" in client.page.get_text()

    assert client.submit("/audit/export", of="/audit").status_code == 200


def test_a_stale_sign_in_is_renewed_and_nothing_typed_is_lost(app, client, sink, clock):
    sign_in(app, client, sink, OWNER)
    clock(minutes=16)
    token = client.token("/people/invitations/new")
    data = {"csrf_token": token, "addresses": GUEST, "role": "staff", "until": "", "note": "hello"}

    first = client.post("/people/invitations", data=data)
    assert first.status_code == 307
    page = client.post(first.location, data=data)
    assert page.status_code == 200, page.text

    deliver_emails(app)
    code = next(one for one in sink.letters_to(OWNER) if "confirmation" in one.message["Subject"]).code
    wrong = client.post(first.location, data={**data, "confirmation_code": "000-000"})
    assert wrong.status_code == 422

    right = client.post(first.location, data={**data, "confirmation_code": code})
    assert right.status_code == 307
    assert right.location == "/people/invitations"
    assert client.post("/people/invitations", data={**data, "confirmation_code": code}).status_code == 303
    client.get("/people")
    assert GUEST in client.page.get_text()


def test_not_me_ends_the_session_and_pauses(app, client, other, sink):
    sign_in(app, other, sink, STAFF)
    sign_in(app, client, sink, STAFF)
    deliver_emails(app)
    letter = next(one for one in sink.letters_to(STAFF) if "not-me" in one.text and "/link/" not in one.text)
    path = letter.text.rsplit("127.0.0.1:8000", 1)[1].strip()

    other.get(path, follow_redirects=True)
    assert other.submit("/sign-in/not-me", {"email": "x@y.example"}).status_code == 422
    assert client.get("/").status_code == 200
    assert other.submit("/sign-in/not-me", {"email": STAFF}).status_code == 200
    assert client.get("/").status_code == 302


def test_what_cannot_be_blocked_leads_back_to_the_list(client, app, sink):
    sign_in(app, client, sink, OWNER)
    refused = client.submit("/people/blocks", {"address": "no address"}, of="/people")

    assert (refused.status_code, refused.location) == (303, "/people")
