"""The destination after a sign-in is one of our own pages, or none: `next` never leads to another site."""

import itertools
from time import perf_counter
from urllib.parse import quote, urljoin, urlsplit

import pytest
from werkzeug.utils import redirect

from shop.extensions import db
from shop.signin.models.sign_in_request import SignInRequest
from shop.signin.next_url import LONGEST, find_safe_path
from tests import results
from tests.browser.windows import open_chromium
from tests.conftest import browser_of
from tests.sample_people import OWNER
from tests.sign_in_flow import sign_in

OURS = "http://127.0.0.1:8000"
EVIL = "evil.example"
GOOD = ("/", "/outbox", "/outbox?outcome=failed", "/outbox?outcome=a%0d%0ab", "/?a=1&b=2")
HOSTS = (
    EVIL,
    "127.0.0.1:8000@evil.example",
    "127.0.0.1:8000.evil.example",
    "evil%2Eexample",
    "evil。example",
    "0x7f.1",
)

# Each of these has misled a browser somewhere. They are disguised double slashes, and characters that browsers drop or
# turn into slashes (tab, line ends, backslash, their lookalikes in Unicode). They are user names that look like hosts,
# and schemes.
SLASHES = ("/", "\\", "%2f", "%5c", "%2F", "/./", "/../", "∕", "⁄", "／", "＼", "⧸", "/;/", "/.", "%252f", "%c0%af")
GAPS = (
    "", "\t", "\n", "\r", "\r\n", "\0", " ", "%09", "%0a", "%0d", "%00", "\x0b", "\x85", "\u00a0", "\u200b", "\ufeff",
    "\u2028", ".", "@", ";", "?", "#", "&", "%20",
)  # fmt: skip
SCHEMES = (
    "http:", "https:", "HtTpS:", "ftp:", "javascript:", "JaVaScRiPt:", "java\tscript:", "data:", "vbscript:", "file:",
    "blob:", "mailto:", "//:", "://", ":", "http:/", "http:\\", "x:",
)  # fmt: skip
NOT_PAGES = (
    "//", "..", "../..", "outbox", "javascript:alert(1)", "/sign-in", "/sign-in/link", "/sign-in/link/x", "/sign-out",
    "/healthz", "/static/css/theme.css", "/static/dist/manifest.json", "/nowhere",
)  # fmt: skip
TAILS = ("", "/", "/outbox", "?next=/outbox", "#/outbox", "/..;/outbox")


def hostile():
    """Return every hostile `next`, each once."""
    found = [f"{one}{gap}{two}{host}" for one, gap, two, host in itertools.product(SLASHES, GAPS, SLASHES, HOSTS[:2])]
    found += [f"{gap}//{host}{tail}" for gap, host, tail in itertools.product(GAPS, HOSTS, TAILS)]
    found += [f"/{gap}/{host}{tail}" for gap, host, tail in itertools.product(GAPS, HOSTS, TAILS)]
    found += ["".join(parts) for parts in itertools.product(SCHEMES, ("", "/", "//", "///", "\\\\"), HOSTS)]
    after = (f"//{EVIL}", f"@{EVIL}", f"\\{EVIL}")
    found += ["".join(parts) for parts in itertools.product(GOOD, GAPS[1:], after)]
    found += [f"{gap}{good}" for good in GOOD for gap in GAPS[1:]]
    found += [quote(one, safe="") for one in found[::7]]
    found += ["/" * 5000, "/" + "a" * 5000, "/outbox?" + "a" * 600, "/\ud800", "/%", "/%zz", *NOT_PAGES]
    return [one for one in dict.fromkeys(found) if one not in GOOD]


HOSTILE = hostile()


def told_to_go(wanted):
    """Return the Location header of the sign-in page."""
    return redirect(find_safe_path(wanted) or "/").location


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_destination_leaves_our_origin(app):
    assert len(HOSTILE) >= 5000

    kept = {}
    with app.test_request_context("/sign-in"):
        for wanted in HOSTILE:
            location = urlsplit(urljoin(OURS, told_to_go(wanted)))
            assert f"{location.scheme}://{location.netloc}" == OURS, repr(wanted)
            assert "//" not in location.path, repr(wanted)
            kept |= {wanted: path} if (path := find_safe_path(wanted)) else {}
    assert all(path.partition("?")[0] in ("/", "/outbox") for path in kept.values())
    results.save_figures("destinations", hostile=len(HOSTILE), harmless=len(kept))


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_real_browser_agrees(app):
    with app.test_request_context("/sign-in"):
        locations = [told_to_go(wanted) for wanted in HOSTILE]
    raw = [one for one in HOSTILE if "\ud800" not in one]
    origins = "([urls, base]) => urls.map(url => { try { return new URL(url, base).origin } catch { return 'none' } })"
    with open_chromium() as browser:
        page = browser.new_page()
        guarded, bare = page.evaluate(origins, [locations, OURS]), page.evaluate(origins, [raw, OURS])
    astray = sum(origin != OURS for origin in bare)

    results.save_figures(
        "destinations in Chromium", asked=len(raw), would_leave_unguarded=astray, left=len(set(guarded) - {OURS})
    )
    assert set(guarded) == {OURS}
    assert astray > 500


@pytest.mark.parametrize("wanted", GOOD)
def test_a_page_of_ours_survives_the_whole_way_in(app, client, sink, wanted):
    assert sign_in(app, client, sink, OWNER, wanted=quote(wanted)).location == wanted


@pytest.mark.parametrize("wanted", ["//evil.example", "/\t/evil.example", "/\\evil.example", "https://evil.example"])
def test_after_the_whole_way_in_a_stranger_page_is_ours(app, client, sink, wanted):
    answer = sign_in(app, client, sink, OWNER, wanted=quote(wanted))
    assert answer.status_code == 303
    assert answer.location == "/"


@pytest.mark.parametrize("step", [200, pytest.param(40, marks=pytest.mark.slow)], ids=["few", "many"])
def test_asking_with_any_destination_is_no_fault_and_keeps_only_ours(app, client, step):
    token = client.token()

    for number, wanted in enumerate(HOSTILE[::step]):
        path = f"/sign-in?next={quote(wanted, errors='surrogatepass')}"
        assert client.get(path).status_code == 200, repr(wanted)
        data = {"csrf_token": token, "email": f"person{number}@elsewhere.example"}
        assert client.post(path, data=data).location == "/sign-in/code", repr(wanted)
    with app.app_context():
        kept = set(db.session.scalars(db.select(SignInRequest.next_path).distinct()))
    assert all(path is None or path.partition("?")[0] in ("/", "/outbox") for path in kept)


@pytest.mark.parametrize(
    "query", ["next=/outbox&next=//evil.example", "next[]=/outbox", "next=", "next", "NEXT=/outbox"]
)
def test_a_repeated_or_misspelt_destination_is_no_fault(app, query):
    client = browser_of(app)
    answer = client.submit(f"/sign-in?{query}", {"email": OWNER})
    assert answer.location == "/sign-in/code"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "long", ["/" + "a" * (LONGEST - 2) + "!", "/a" * (LONGEST // 2 - 1) + "!", "/?" + "a%" * 240 + "!"]
)
def test_a_long_word_is_judged_at_once(app, long):
    """A pattern with exponential backtracking would never finish, so the limit can be generous."""
    began = perf_counter()
    with app.test_request_context("/sign-in"):
        assert find_safe_path(long) is None
    assert perf_counter() - began < 30
