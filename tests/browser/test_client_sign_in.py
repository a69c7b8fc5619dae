"""From another site through sign-in and back, in a real browser, which applies form-action to redirects."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from sqlalchemy import insert

from shop.clients.models.client import Client
from tests.browser.live_shop import NOW
from tests.browser.page_actions import press_button, type_code, use_sign_in_link
from tests.oauth_clients import CHALLENGE
from tests.sample_people import CUSTOMER, OWNER, STAFF

CLIENT = "storefront-client-0001"


class Storefront(BaseHTTPRequestHandler):
    """Another site, on another port: it answers every URL with the same small page."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(
            b'<!doctype html><link rel="icon" href="data:,"><title>Storefront</title><h1>Welcome back</h1>'
        )

    def log_message(self, *_):
        pass


WITHOUT_AS_WELL = [{}, pytest.param({"java_script_enabled": False}, marks=pytest.mark.slow)]


@pytest.fixture
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Storefront)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


@pytest.fixture
def shop(open_shop, site, window):
    """This test's own shop, with that site registered as a client for everyone."""
    shop = open_shop().anew(window)
    addresses = {"redirects": [f"{site}/back"], "after_sign_out": [f"{site}/bye"]}
    facts = {"id": CLIENT, "name": "Storefront", "who": "everybody", "added_by": OWNER, "added_at": NOW, "version": 1}
    shop.run(insert(Client).values(**facts, **addresses))
    return shop


def authorization(shop, site):
    said = {"response_type": "code", "client_id": CLIENT, "redirect_uri": f"{site}/back", "scope": "openid"}
    said |= {"state": "a state", "code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    return f"{shop.url}/oauth/authorize?{urlencode(said)}"


def begin(shop, site, page, address):
    """Be sent here by the site and request an email."""
    page.goto(authorization(shop, site))
    page.get_by_label("Email address").fill(address)
    press_button(page, "Email me a sign-in link")
    return shop.sink.wait_for(address)


def arrive(page, site, path):
    """Wait until the browser is at the other site. Returns the parameters that it got."""
    page.wait_for_url(f"{site}{path}**")
    assert page.locator("h1").inner_text() == "Welcome back"
    return dict(parse_qsl(urlsplit(page.url).query))


@pytest.mark.parametrize("options", WITHOUT_AS_WELL, ids=["", "without JavaScript"])
@pytest.mark.parametrize("by", ["link", "code"])
def test_a_customer_comes_back_to_the_site_signed_in(shop, site, window, options, by):
    page = window(**options)
    letter = begin(shop, site, page, CUSTOMER)

    assert "Sign in to Storefront" in letter.text

    if by == "link":
        use_sign_in_link(page, letter.link)
    else:
        type_code(page, letter.code)
    told = arrive(page, site, "/back")
    assert (set(told), told["state"], told["iss"]) == ({"code", "state", "iss"}, "a state", shop.url)


def test_whoever_is_signed_in_comes_back_at_once(shop, site, page):
    use_sign_in_link(page, begin(shop, site, page, STAFF).link)
    arrive(page, site, "/back")
    page.goto(authorization(shop, site))

    assert "code" in arrive(page, site, "/back")


def test_signing_out_leads_back_to_the_site(shop, site, page):
    use_sign_in_link(page, begin(shop, site, page, STAFF).link)
    arrive(page, site, "/back")
    said = {"client_id": CLIENT, "post_logout_redirect_uri": f"{site}/bye", "state": "gone"}
    page.goto(f"{shop.url}/oauth/end-session?{urlencode(said)}")
    press_button(page, "Sign out")

    assert arrive(page, site, "/bye") == {"state": "gone"}

    page.goto(shop.url)
    assert page.url.startswith(f"{shop.url}/sign-in")
