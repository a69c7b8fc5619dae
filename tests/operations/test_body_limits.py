"""A visitor without a sign-in may send little: at every sign-in and API URL, according to the URL map."""

import pytest
from flask import url_for

from shop.people.guards import OPEN_TO_ALL

FORM = "application/x-www-form-urlencoded"
KIB = 1024
CARRIES_A_FORM = "/sign-in/confirm"  # for signed-in people


def first_part(rule):
    return rule.rule.split("/")[1]


@pytest.fixture
def of_strangers(app):
    """Each (method, path) beside those that strangers may post to, and sign-out."""
    rules = [rule for rule in app.url_map.iter_rules() if hasattr(app.view_functions[rule.endpoint], "access")]
    posted = [
        rule for rule in rules if "POST" in rule.methods and app.view_functions[rule.endpoint].access == OPEN_TO_ALL
    ]
    parts = {first_part(rule) for rule in posted} | {"sign-out"}
    with app.test_request_context(base_url=app.config["PUBLIC_URL"]):
        return [
            (method, url_for(rule.endpoint, _method=method, **dict.fromkeys(rule.arguments, "x")))
            for rule in rules
            if first_part(rule) in parts and rule.rule != CARRIES_A_FORM
            for method in rule.methods & {"GET", "POST"}
        ]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_strangers_send_little_and_few_fields(client, of_strangers):
    def statuses(body):
        return {
            (method, path): client.open(path, method=method, data=body, content_type=FORM).status_code
            for method, path in of_strangers
        }

    assert len(of_strangers) > 20
    assert {("POST", "/sign-in/collect"), ("GET", "/sign-in/invitation"), ("POST", "/oauth/token")} < set(of_strangers)
    assert set(statuses(b"a=" + b"b" * 16 * KIB).values()) == {413}
    assert set(statuses(b"&".join(b"f%d=" % number for number in range(101))).values()) == {413}
    assert 413 not in statuses(b"a=1").values()
