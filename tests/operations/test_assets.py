"""A page's files: few, small, compressed, and asked for once."""

import pytest

from tests.sample_people import OWNER
from tests.sign_in_flow import sign_in

COMPRESSED = {"Accept-Encoding": "gzip, deflate, br"}


def files_of(page):
    """Return the URLs of what a browser fetches for a page."""
    links = page.select("link[rel=stylesheet], link[rel=icon], script[src], img[src]")
    return list(dict.fromkeys(one.get("href") or one.get("src") for one in links))


def weight(client, urls):
    """Return the bytes of these, as they come over the wire."""
    return sum(len(client.get(url, headers=COMPRESSED).data) for url in urls)


def test_the_sign_in_page_and_its_files_are_small(client):
    size = len(client.get("/sign-in").data)
    files = files_of(client.page)

    assert len(files) == 2
    assert size + weight(client, files) < 16_000


def test_a_page_inside_and_its_files_are_small(app, client, sink):
    sign_in(app, client, sink, OWNER)
    size = len(client.get("/products").data)
    files = files_of(client.page)

    assert len(files) == 3
    assert size + weight(client, files) < 32_000


@pytest.mark.parametrize("encoding", ["br", "gzip", ""])
def test_a_bundle_is_kept_for_good_and_compressed_as_asked(client, encoding):
    client.get("/sign-in")
    [style] = [one for one in files_of(client.page) if one.endswith(".css")]
    answer = client.get(style, headers={"Accept-Encoding": encoding})

    assert (answer.status_code, answer.headers.get("Content-Encoding", "")) == (200, encoding)
    assert answer.headers["Cache-Control"] == "max-age=315360000, public, immutable"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_name_of_before_is_not_there(client):
    assert client.get("/static/dist/desk.000000000000.css").status_code == 404


def test_other_files_are_asked_about_each_time(client):
    for path in ("/static/img/mark.svg", "/static/dist/manifest.json"):
        answer = client.get(path)
        again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})

        assert answer.headers["Cache-Control"] == "max-age=0, public"
        assert (again.status_code, again.data) == (304, b"")


def test_another_copy_is_sent_anew_even_if_it_is_older(client):
    """After a step back to an older version browsers name the newer file, and a later day."""
    later = {"If-None-Match": '"another"', "If-Modified-Since": "Thu, 25 Oct 2099 16:00:44 GMT"}

    assert client.get("/static/img/mark.svg", headers=later).status_code == 200
    not_changed = client.get("/static/img/mark.svg", headers={"If-Modified-Since": later["If-Modified-Since"]})
    assert (not_changed.status_code, not_changed.headers["Cache-Control"]) == (304, "max-age=0, public")
