"""The pages of clients: registered by an owner, the secret shown once, concurrent owners, replays, and no one else."""

import json

import pytest

from shop.clients.queries import all_clients, find_client
from tests.conftest import browser_of
from tests.people.rule_helpers import details, entries, form_values, run
from tests.sample_people import OWNER
from tests.sign_in_flow import sign_in

NEW, ALL = "/people/clients/new", "/people/clients"
FRONT = {"name": "Storefront", "redirects": "https://front.example/callback", "who": "everybody"}


@pytest.fixture
def owner(app, client, sink):
    sign_in(app, client, sink, OWNER)
    return client


def write(browser, **values):
    browser.get(NEW)
    return form_values(browser, **(FRONT | values))


def clients(app):
    with app.app_context():
        return all_clients()


def register(app, browser, **values):
    browser.post(ALL, data=write(browser, **values))
    return clients(app)[-1]


def test_the_answer_of_the_press_shows_the_secret_and_nothing_else_ever_does(app, owner, caplog):
    answer = owner.post(ALL, data=write(owner))

    secret = owner.page.select_one("#client-secret").get_text()
    [client] = clients(app)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert client.is_its_secret(secret)
    assert owner.page.select_one("#client-id")["value"] == client.id

    cookies = "".join(answer.headers.getlist("Set-Cookie"))
    later = owner.get(f"{ALL}/{client.id}").text + owner.get(ALL).text + owner.get("/audit").text
    assert secret not in cookies + later + caplog.text + json.dumps([entry.details for entry in entries(app)])
    assert [entry.by for entry in entries(app, "client_added")] == [OWNER]


def test_one_press_registers_one_client_however_often_it_arrives(app, owner):
    form = write(owner)
    owner.post(ALL, data=form)
    [before] = clients(app)

    again = owner.post(ALL, data=form)

    assert (again.status_code, again.headers["Location"]) == (303, f"{ALL}/{before.id}")
    owner.get(again.headers["Location"])
    assert "already registered" in owner.page.get_text()
    [after] = clients(app)
    assert after.secret_hash == before.secret_hash
    assert len(entries(app, "client_added")) == 1


def test_a_public_client_has_no_secret_to_show(app, owner):
    answer = owner.post(ALL, data=write(owner, is_public="y", redirects="com.example.app:/callback"))
    [client] = clients(app)
    assert (answer.status_code, client.is_public) == (303, True)
    assert client.redirects == ["com.example.app:/callback"]

    owner.get(f"{ALL}/{client.id}")
    assert "New secret" not in owner.page.get_text()

    assert owner.submit(f"{ALL}/{client.id}/secret", of=NEW).status_code == 303
    assert clients(app)[0].is_public


@pytest.mark.parametrize(
    ("typed_over", "sentence"),
    [
        ({"name": ""}, "Enter a name"),
        ({"name": "a\u200bb"}, "Enter a name"),
        ({"redirects": "http://front.example/"}, "http://front.example/: Use https"),
        ({"redirects": "com.example.app:/callback"}, "Only public clients can"),
        ({"after_sign_out": "https://front.example/#"}, "Remove the #"),
        ({"who": ""}, "Choose who can sign in."),
        ({"who": "nobody"}, "Not a valid choice"),
        ({"key": "short"}, "This form is no longer valid."),
    ],
)
def test_what_is_refused_says_why_and_leaves_nothing(app, owner, typed_over, sentence):
    assert owner.post(ALL, data=write(owner, **typed_over)).status_code == 422
    assert sentence in owner.page.get_text()
    assert clients(app) == []
    assert entries(app, "client_added") == []


def test_a_change_is_saved_and_recorded(app, owner):
    client = register(app, owner)
    owner.get(f"{ALL}/{client.id}")
    more = "https://front.example/callback\r\nhttps://front.example/other"

    assert owner.post(f"{ALL}/{client.id}", data=form_values(owner, redirects=more, who="staff")).status_code == 303
    [saved] = clients(app)
    assert (saved.redirects, saved.who, saved.version) == (more.split(), "staff", 2)
    [told] = details(app, "client_changed")
    assert told["client"] == client.id
    assert told["changes"] == {
        "redirects": [["https://front.example/callback"], more.split()],
        "who": ["everybody", "staff"],
    }


def test_saving_without_a_change_changes_nothing(app, owner):
    client = register(app, owner)

    owner.get(f"{ALL}/{client.id}")
    assert owner.post(f"{ALL}/{client.id}", data=form_values(owner)).status_code == 303
    assert clients(app)[0].version == 1
    assert entries(app, "client_changed") == []


def test_a_change_that_is_refused_keeps_what_was_typed(app, owner):
    client = register(app, owner)
    owner.get(f"{ALL}/{client.id}")
    refused = owner.post(f"{ALL}/{client.id}", data=form_values(owner, redirects="ftp://front.example/"))

    assert refused.status_code == 422
    assert owner.page.select_one("#redirects").get_text().strip() == "ftp://front.example/"
    assert clients(app)[0].redirects == ["https://front.example/callback"]


def test_what_two_owners_change_in_one_client_merges_or_is_asked_about(app, owner):
    client = register(app, owner)
    path = f"{ALL}/{client.id}"
    owner.get(path)
    mine = form_values(owner, who="owner", redirects="https://mine.example/")
    theirs = form_values(owner, name="Renamed", redirects="https://theirs.example/")

    assert owner.post(path, data=theirs).status_code == 303
    assert owner.post(path, data=mine).status_code == 409
    [kept] = clients(app)
    assert (kept.name, kept.who, kept.redirects) == ("Renamed", "everybody", ["https://theirs.example/"])
    conflict = owner.page.select_one(".conflict").get_text(" ", strip=True)
    assert (
        "Yours https://mine.example/ Theirs https://theirs.example/ Before https://front.example/callback" in conflict
    )

    assert owner.post(path, data=form_values(owner) | {"keep-redirects": "theirs"}).status_code == 303
    [merged] = clients(app)
    assert (merged.name, merged.who, merged.redirects) == ("Renamed", "owner", ["https://theirs.example/"])


def test_a_new_secret_is_shown_once_and_the_old_one_is_dead(app, owner):
    owner.post(ALL, data=write(owner))
    old = owner.page.select_one("#client-secret").get_text()
    [client] = clients(app)

    assert owner.submit(f"{ALL}/{client.id}/secret", of=NEW).headers["Cache-Control"] == "no-store"
    new = owner.page.select_one("#client-secret").get_text()
    [client] = clients(app)
    assert (client.is_its_secret(new), client.is_its_secret(old)) == (True, False)
    assert [entry.by for entry in entries(app, "client_secret_renewed")] == [OWNER]


def test_removed_is_gone(app, owner):
    client = register(app, owner)

    assert owner.submit(f"{ALL}/{client.id}/removal", of=NEW).status_code == 303
    assert clients(app) == []
    assert owner.get(f"{ALL}/{client.id}").status_code == 404
    for path in ("", "/secret", "/removal"):
        assert owner.submit(f"{ALL}/{client.id}{path}", of=NEW).status_code == 404
    with app.app_context():
        assert find_client(client.id) is None


def test_an_old_sign_in_is_asked_for_a_code_first(app, owner, clock):
    form = write(owner)
    clock(minutes=20)

    assert owner.post(ALL, data=form).status_code == 307
    assert clients(app) == []


def test_the_list_leads_to_each_and_is_reached_from_people(app, owner):
    run(app, "clients", "add", "--name", "<b>Bold</b>", "--redirect", "https://front.example/")
    owner.get("/people")

    assert owner.page.find("a", href=ALL)
    owner.get(ALL)
    [client] = clients(app)
    assert owner.page.find("a", href=f"{ALL}/{client.id}").get_text() == "<b>Bold</b>"
    assert browser_of(app).get(ALL).status_code == 302
