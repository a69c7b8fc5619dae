"""Style sheets and scripts: bundles whose names hold a hash of their content, so that browsers keep them for good.

`make assets` writes them to static/dist/. WhiteNoise sends them, with their compressed copies, before a request comes
to Flask.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from wsgiref.headers import Headers
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, url_for
from whitenoise import WhiteNoise  # type: ignore[import-untyped]

from shop.web.headers import HEADERS, hsts_headers

DIST = "dist"


def init_app(app: Flask) -> None:
    """Send the files of `static/` without Flask, and add asset_url() to templates."""
    folder = Path(str(app.static_folder))
    names: dict[str, str] = json.loads((folder / DIST / "manifest.json").read_text())

    hashed = set(names.values())

    def asset_url(name: str) -> str:
        """Return the URL of a bundle, such as `desk.css`."""
        return url_for("static", filename=f"{DIST}/{names[name]}")

    def is_immutable(path: str, _url: str) -> bool:
        return Path(path).name.removesuffix(".gz").removesuffix(".br") in hashed

    def add_headers(headers: Headers, _path: str, _url: str) -> None:
        for name, value in {**HEADERS, **hsts_headers(app), "Referrer-Policy": "same-origin"}.items():
            headers[name] = value

    app.jinja_env.globals["asset_url"] = asset_url
    program = app.wsgi_app
    files = WhiteNoise(
        program,
        root=str(folder),
        prefix="static/",
        max_age=0,
        allow_all_origins=False,
        add_headers_function=add_headers,
        immutable_file_test=is_immutable,
    )

    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Look for a file first; any other method than those that read is the program's to refuse."""
        is_read = environ["REQUEST_METHOD"] in ("GET", "HEAD")
        found: Iterable[bytes] = (files if is_read else program)(environ, start_response)
        return found

    app.wsgi_app = serve  # type: ignore[method-assign]
