"""Style sheets and scripts: bundles whose names hold a hash of their content, so that browsers keep them for good.

`make assets` writes them to static/dist/. WhiteNoise sends them, with their compressed copies, before a request comes
to Flask.
"""

import json
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from wsgiref.headers import Headers
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, url_for
from whitenoise import WhiteNoise  # type: ignore[import-untyped]

from shop.web.headers import HEADERS, hsts_headers

DIST = "dist"


def init_app(app: Flask) -> None:
    """Send the files of `static/` without Flask, and add asset_url() to templates."""
    names: dict[str, str] = json.loads((Path(str(app.static_folder)) / DIST / "manifest.json").read_text())

    def asset_url(name: str) -> str:
        """Return the URL of a bundle, such as `desk.css`."""
        return url_for("static", filename=f"{DIST}/{names[name]}")

    app.jinja_env.globals["asset_url"] = asset_url
    app.wsgi_app = send_files(app, frozenset(names.values()))  # type: ignore[assignment, method-assign]


def send_files(app: Flask, hashed: frozenset[str]) -> WSGIApplication:
    """Return the app with the files of `static/` before it; those with a hash in their name never change."""
    program = app.wsgi_app
    files = WhiteNoise(
        program,
        root=app.static_folder,
        prefix="static/",
        max_age=0,
        allow_all_origins=False,
        add_headers_function=partial(add_headers, {**HEADERS, **hsts_headers(app), "Referrer-Policy": "same-origin"}),
        immutable_file_test=lambda path, _url: Path(path).name.removesuffix(".gz").removesuffix(".br") in hashed,
    )

    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Look for a file first; any other method than those that read is the program's to refuse."""
        is_read = environ["REQUEST_METHOD"] in ("GET", "HEAD")
        found: Iterable[bytes] = (files if is_read else program)(environ, start_response)
        return found

    return serve


def add_headers(more: dict[str, str], headers: Headers, _path: str, _url: str) -> None:
    """Add headers to those of a file."""
    for name, value in more.items():
        headers[name] = value
