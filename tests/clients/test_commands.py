"""`flask clients …`: register, list, renew the secret, remove; the secret is printed once and stored nowhere."""

import json

import pytest

from shop.clients import registration
from shop.clients.queries import all_clients
from tests.people.rule_helpers import details, entries, run

ADD = ("clients", "add", "--name", "Storefront", "--redirect", "https://front.example/callback")


def add(app, *words):
    return json.loads(run(app, *ADD, *words, "--json").stdout)


def clients(app):
    with app.app_context():
        return all_clients()


def test_add_prints_the_secret_once_and_keeps_only_its_hash(app):
    made = add(app, "--who", "everybody")
    [client] = clients(app)
    assert (client.id, client.name, client.who, client.is_public) == (made["id"], "Storefront", "everybody", False)
    assert client.redirects == ["https://front.example/callback"]
    assert client.is_its_secret(made["secret"])
    assert not client.is_its_secret(client.secret_hash)

    kept = [entry.details for entry in entries(app)] + json.loads(run(app, "clients", "list", "--json").stdout)
    assert made["secret"] not in json.dumps(kept)
    assert details(app, "client_added") == [
        {"client": made["id"], "name": "Storefront", "who": "everybody", "is_public": False}
    ]


def test_add_for_people_shows_id_and_secret(app):
    done = run(app, *ADD)

    [client] = clients(app)
    assert done.stdout.splitlines()[0] == f"id      {client.id}"
    assert client.is_its_secret(done.stdout.splitlines()[1].removeprefix("secret  "))
    assert client.who == "allowlist"


def test_a_public_client_has_no_secret_and_gets_none(app):
    made = add(app, "--public", "--redirect", "com.example.app:/callback")
    assert made["secret"] is None
    assert made["redirects"] == ["https://front.example/callback", "com.example.app:/callback"]

    refused = run(app, "clients", "secret", made["id"])
    assert (refused.exit_code, refused.stderr) == (1, "Error: Public clients don't have a secret to renew.\n")
    assert clients(app)[0].is_public


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--redirect", "http://front.example/"), "http://front.example/: Use https. http is allowed only for"),
        (("--after-sign-out", "https://front.example/#"), "https://front.example/#: Remove the #"),
        (("--name", " "), "Enter a name on one line"),
        (("--name", "a\nb"), "Enter a name on one line"),
        (("--name", "n" * 81), "Enter a name on one line"),
    ],
)
def test_what_is_refused_leaves_nothing(app, words, sentence):
    refused = run(app, *ADD, *words)

    assert refused.exit_code == 1
    assert refused.stderr.startswith(f"Error: {sentence}")
    assert clients(app) == []
    assert entries(app) == []


def test_a_program_that_no_browser_comes_from_has_no_address(app):
    made = json.loads(run(app, "clients", "add", "--name", "Checker", "--json").stdout)
    assert (made["redirects"], made["after_sign_out"], made["who"]) == ([], [], "allowlist")
    assert made["secret"]


@pytest.mark.parametrize("words", [("clients", "add"), (*ADD, "--who", "nobody")])
def test_wrong_usage_is_2(app, words):
    assert run(app, *words).exit_code == 2


def test_a_new_secret_ends_the_old_one(app):
    made = add(app)
    renewed = json.loads(run(app, "clients", "secret", made["id"], "--json").stdout)

    [client] = clients(app)
    assert client.is_its_secret(renewed["secret"])
    assert not client.is_its_secret(made["secret"])
    assert details(app, "client_secret_renewed") == [{"client": made["id"], "name": "Storefront"}]


def test_remove_takes_it_away_and_says_so(app):
    made = add(app)

    assert run(app, "clients", "remove", made["id"]).stdout == "Storefront removed.\n"
    assert clients(app) == []
    [told] = details(app, "client_removed")
    assert (told["client"], told["name"], set(told["ended"].values())) == (made["id"], "Storefront", {0})


def test_no_id_begins_like_an_option_of_a_command():
    assert not [made for made in (registration.new_client_id() for _ in range(1000)) if made.startswith("-")]


@pytest.mark.parametrize("verb", ["remove", "secret"])
def test_what_is_not_there_is_refused(app, verb):
    refused = run(app, "clients", verb, "nobody")
    assert (refused.exit_code, refused.stderr) == (1, "Error: There is no client nobody.\n")


def test_list_shows_each_by_name(app):
    run(app, *ADD, "--name", "Zebra")
    run(app, *ADD, "--name", "Aardvark", "--public")

    assert [row["name"] for row in json.loads(run(app, "clients", "list", "--json").stdout)] == ["Aardvark", "Zebra"]
    assert [line.split("  ")[1:4] for line in run(app, "clients", "list").stdout.splitlines()] == [
        ["Aardvark", "allowlist", "public"],
        ["Zebra", "allowlist", "confidential"],
    ]
