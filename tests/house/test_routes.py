"""Routes: each has a guard, and each that changes something accepts only POST and has a rate limit."""

import re

import pytest
from flask_limiter.util import get_qualified_name

from shop.extensions import limiter
from shop.people.guards import ANY_ACCOUNT, OPEN_TO_ALL
from shop.people.models.role import Role

FILES = ("static",)
# Relied upon by bookmarks, scripts and proxies: new ones may be added, and none of these removed.
PROMISED = {
    ("/sign-in", "GET"),
    ("/sign-in", "POST"),
    ("/sign-in/code", "GET"),
    ("/sign-in/code", "POST"),
    ("/sign-in/again", "POST"),
    ("/sign-in/link/<token>", "GET"),
    ("/sign-in/link", "GET"),
    ("/sign-in/link", "POST"),
    ("/sign-out", "POST"),
    ("/", "GET"),
    ("/outbox", "GET"),
    ("/dev/mailbox", "GET"),
    ("/healthz", "GET"),
    ("/api/auth/passwordless", "POST"),
    ("/api/auth/local", "POST"),
    ("/api/users/me", "GET"),
    ("/.well-known/openid-configuration", "GET"),
    ("/.well-known/jwks.json", "GET"),
    ("/oauth/authorize", "GET"),
    ("/oauth/token", "POST"),
    ("/oauth/userinfo", "GET"),
    ("/oauth/introspect", "POST"),
    ("/oauth/revoke", "POST"),
}


def rules(app):
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint not in FILES]


def changing(app):
    return [rule for rule in rules(app) if rule.methods - {"GET", "HEAD", "OPTIONS"}]


def access_of(app, rule):
    return getattr(app.view_functions[rule.endpoint], "access", None)


def limits_of(app, rule):
    return limiter.limit_manager.decorated_limits(get_qualified_name(app.view_functions[rule.endpoint]))


def test_every_route_says_who_may_enter(built):
    assert {rule.rule for rule in rules(built) if access_of(built, rule) is None} == set()


def test_every_changing_route_takes_post_alone(built):
    assert {rule.rule: rule.methods for rule in changing(built) if rule.methods - {"OPTIONS"} != {"POST"}} == {}


def test_every_changing_route_says_how_often_or_wants_a_sign_in(built):
    assert changing(built)
    assert {r.rule for r in changing(built) if access_of(built, r) == OPEN_TO_ALL and not limits_of(built, r)} == set()


def test_every_limit_counts_posts_only(built):
    """A page must stay readable for a person whose network has used up its limit."""
    limits = [limit for rule in rules(built) for limit in limits_of(built, rule)]
    assert limits
    assert {tuple(limit.methods or ()) for limit in limits} == {("post",)}


def test_no_promised_address_is_gone(built):
    here = {(rule.rule, method) for rule in rules(built) for method in rule.methods}
    assert PROMISED - here == set()


def test_every_address_is_a_noun_without_a_slash_at_its_end(built):
    assert [rule.rule for rule in rules(built) if rule.rule != "/" and rule.rule.endswith("/")] == []
    written = [re.sub(r"<[^>]*>", "", rule.rule) for rule in rules(built)]  # what a person reads, without the ids
    assert [one for one in written if one != one.lower() or "_" in one] == []


def test_every_route_that_is_not_open_names_roles_or_a_sign_in(built):
    known = {OPEN_TO_ALL, ANY_ACCOUNT, "signed in", *Role}
    declared = {part for rule in rules(built) for part in str(access_of(built, rule)).split(", ")}
    assert declared <= known


@pytest.mark.parametrize("file", FILES)
def test_files_are_only_read(built, file):
    [rule] = [rule for rule in built.url_map.iter_rules() if rule.endpoint == file]
    assert rule.methods <= {"GET", "HEAD", "OPTIONS"}
