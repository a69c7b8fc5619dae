"""Where a browser may be sent back to: what is taken, and the sentence for each refusal."""

import pytest

from shop.clients import redirects
from shop.clients.redirects import BadRedirect, parse, parse_all


@pytest.mark.parametrize(
    "text",
    [
        "https://shop.example/callback",
        "https://shop.example:8443/api/auth/callback/shop?a=1&b=2",
        "https://shop.example",
        "http://127.0.0.1:3000/callback",
        "http://[::1]:3000/callback",
        "http://localhost/callback",
        "HTTPS://Shop.Example/Callback",
    ],
)
def test_an_exact_address_is_given_as_it_was_written(text):
    assert parse(text, is_public=False) == text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", redirects.FOREIGN_CHARACTER),
        ("https://shop.example/" + "a" * 480, redirects.TOO_LONG),
        ("https://shop.example/a b", redirects.FOREIGN_CHARACTER),
        ("https://shop.example/\n", redirects.FOREIGN_CHARACTER),
        ("https://shop.example\\@evil.example/", redirects.FOREIGN_CHARACTER),
        ("https://shöp.example/", redirects.FOREIGN_CHARACTER),
        ("https://*.shop.example/", redirects.WILDCARD),
        ("https://shop.example/*", redirects.WILDCARD),
        ("https://shop.example/#", redirects.FRAGMENT),
        ("https://shop.example/#/callback", redirects.FRAGMENT),
        ("https://shop.example@evil.example/", redirects.USER_INFO),
        ("https://:@evil.example/", redirects.USER_INFO),
        ("http://127.0.0.1@evil.example/", redirects.USER_INFO),
        ("https:///callback", redirects.NO_HOST),
        ("https:shop.example", redirects.NO_HOST),
        ("https://shop.example:99999/", redirects.NO_HOST),
        ("https://shop.example:port/", redirects.NO_HOST),
        ("https://[::1/", redirects.NO_HOST),
        ("https://shop..example/", redirects.NO_HOST),
        ("https://shop%2eexample/", redirects.NO_HOST),
        ("http://shop.example/callback", redirects.ONLY_LOOPBACK),
        ("http://localhost.evil.example/", redirects.ONLY_LOOPBACK),
        ("http://127.0.0.10/", redirects.ONLY_LOOPBACK),
        ("/callback", redirects.NOT_THIS_SCHEME),
        ("//evil.example/", redirects.NOT_THIS_SCHEME),
        ("javascript:alert(1)", redirects.NOT_THIS_SCHEME),
        ("data:text/html,hello", redirects.NOT_THIS_SCHEME),
        ("ftp://shop.example/", redirects.NOT_THIS_SCHEME),
        ("myapp:/callback", redirects.NOT_THIS_SCHEME),
        ("com..app:/callback", redirects.NOT_THIS_SCHEME),
        ("com.example.app:/callback", redirects.ONLY_PUBLIC),
    ],
)
def test_anything_else_is_refused_with_its_sentence(text, sentence):
    with pytest.raises(BadRedirect) as refused:
        parse(text, is_public=False)
    assert str(refused.value) == sentence


def test_a_public_client_may_have_a_scheme_of_its_own():
    assert parse("com.example.app:/callback", is_public=True) == "com.example.app:/callback"


@pytest.mark.parametrize("text", ["com.example.app://callback", "com.example.app:callback", "com.example.app:////evil"])
def test_an_address_of_an_app_has_no_host(text):
    with pytest.raises(BadRedirect) as refused:
        parse(text, is_public=True)
    assert str(refused.value) == redirects.APP_HOST


def test_each_address_is_kept_once_and_a_refusal_names_its_own():
    assert parse_all(["https://a.example/", "https://b.example/", "https://a.example/"], is_public=False) == [
        "https://a.example/",
        "https://b.example/",
    ]
    with pytest.raises(BadRedirect, match=r"^http://b\.example/: Use https"):
        parse_all(["https://a.example/", "http://b.example/"], is_public=False)
    with pytest.raises(BadRedirect, match="at most 20"):
        parse_all([f"https://a.example/{number}" for number in range(21)], is_public=False)
