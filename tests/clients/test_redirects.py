"""Redirect URLs: which are accepted, and the sentence for each refusal."""

import pytest

from shop.clients import redirect_urls
from shop.clients.redirect_urls import BadRedirectUrl, parse_url, parse_urls


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
    assert parse_url(text, is_public=False) == text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", redirect_urls.FOREIGN_CHARACTER),
        ("https://shop.example/" + "a" * 480, redirect_urls.TOO_LONG),
        ("https://shop.example/a b", redirect_urls.FOREIGN_CHARACTER),
        ("https://shop.example/\n", redirect_urls.FOREIGN_CHARACTER),
        ("https://shop.example\\@evil.example/", redirect_urls.FOREIGN_CHARACTER),
        ("https://shöp.example/", redirect_urls.FOREIGN_CHARACTER),
        ("https://*.shop.example/", redirect_urls.WILDCARD),
        ("https://shop.example/*", redirect_urls.WILDCARD),
        ("https://shop.example/#", redirect_urls.FRAGMENT),
        ("https://shop.example/#/callback", redirect_urls.FRAGMENT),
        ("https://shop.example@evil.example/", redirect_urls.USER_INFO),
        ("https://:@evil.example/", redirect_urls.USER_INFO),
        ("http://127.0.0.1@evil.example/", redirect_urls.USER_INFO),
        ("https:///callback", redirect_urls.NO_HOST),
        ("https:shop.example", redirect_urls.NO_HOST),
        ("https://shop.example:99999/", redirect_urls.NO_HOST),
        ("https://shop.example:port/", redirect_urls.NO_HOST),
        ("https://[::1/", redirect_urls.NO_HOST),
        ("https://shop..example/", redirect_urls.NO_HOST),
        ("https://shop%2eexample/", redirect_urls.NO_HOST),
        ("http://shop.example/callback", redirect_urls.ONLY_LOOPBACK),
        ("http://localhost.evil.example/", redirect_urls.ONLY_LOOPBACK),
        ("http://127.0.0.10/", redirect_urls.ONLY_LOOPBACK),
        ("/callback", redirect_urls.NOT_THIS_SCHEME),
        ("//evil.example/", redirect_urls.NOT_THIS_SCHEME),
        ("javascript:alert(1)", redirect_urls.NOT_THIS_SCHEME),
        ("data:text/html,hello", redirect_urls.NOT_THIS_SCHEME),
        ("ftp://shop.example/", redirect_urls.NOT_THIS_SCHEME),
        ("myapp:/callback", redirect_urls.NOT_THIS_SCHEME),
        ("com..app:/callback", redirect_urls.NOT_THIS_SCHEME),
        ("com.example.app:/callback", redirect_urls.ONLY_PUBLIC),
    ],
)
def test_anything_else_is_refused_with_its_sentence(text, sentence):
    with pytest.raises(BadRedirectUrl) as refused:
        parse_url(text, is_public=False)
    assert str(refused.value) == sentence


def test_a_public_client_may_have_a_scheme_of_its_own():
    assert parse_url("com.example.app:/callback", is_public=True) == "com.example.app:/callback"


@pytest.mark.parametrize("text", ["com.example.app://callback", "com.example.app:callback", "com.example.app:////evil"])
def test_an_address_of_an_app_has_no_host(text):
    with pytest.raises(BadRedirectUrl) as refused:
        parse_url(text, is_public=True)
    assert str(refused.value) == redirect_urls.APP_HOST


def test_each_address_is_kept_once_and_a_refusal_names_its_own():
    assert parse_urls(["https://a.example/", "https://b.example/", "https://a.example/"], is_public=False) == [
        "https://a.example/",
        "https://b.example/",
    ]
    with pytest.raises(BadRedirectUrl, match=r"^http://b\.example/: Use https"):
        parse_urls(["https://a.example/", "http://b.example/"], is_public=False)
    with pytest.raises(BadRedirectUrl, match="at most 20"):
        parse_urls([f"https://a.example/{number}" for number in range(21)], is_public=False)
