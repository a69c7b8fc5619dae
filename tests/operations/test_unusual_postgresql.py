"""PostgreSQL databases with unusual settings: they work, or a sentence says why they cannot."""

import psycopg
import pytest
from flask_migrate import upgrade

from shop import create_app
from shop.extensions import db
from tests import available_services
from tests.databases import KEY, create_empty_postgresql
from tests.live_server import find_free_port
from tests.operations.programs import run_flask
from tests.people.rule_helpers import run as command
from tests.processes import run_module

ALLOW = ("people", "allow", "new@shop.example", "--role", "staff", "--note", "Ключ ☕")
LATIN = "ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"


@pytest.fixture
def server():
    if not (found := available_services.find_postgresql()):
        pytest.skip("no PostgreSQL here")
    return found


def test_whatever_its_style_of_dates_is_the_log_is_written_and_read(server, tmp_path):
    with create_empty_postgresql(server, "shop_german") as url:
        with psycopg.connect(url, autocommit=True) as connection:
            name = connection.info.dbname
            connection.execute(f"ALTER DATABASE {name} SET datestyle = 'German, DMY'")
            connection.execute(f"ALTER DATABASE {name} SET timezone = 'Asia/Tokyo'")
        app = create_app({"SHOP_LOCAL": "1", "SECRET_KEY": KEY, "DATABASE_URL": url}, instance=tmp_path)
        with app.app_context():
            upgrade()

        written, checked = command(app, *ALLOW), command(app, "audit", "verify")

        with app.app_context():
            db.engine.dispose()
    assert written.exit_code == 0, written.output
    assert checked.stdout.startswith("The audit log is intact: 1 entry.")


def test_a_database_that_cannot_hold_every_text_is_refused(server, environ):
    with create_empty_postgresql(server, "shop_latin", LATIN) as url:
        said = [run_flask(*words, **{**environ, "DATABASE_URL": url}) for words in (ALLOW, ["doctor"])]
        started = run_module("shop.operations.server", **{**environ, "DATABASE_URL": url, "PORT": find_free_port()})
        with psycopg.connect(url) as connection:
            tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()

    assert [one.returncode for one in (*said, started)] == [1, 1, 1]
    assert "Its encoding is LATIN1." in said[0].stderr
    assert "Its encoding is LATIN1." in said[1].stdout
    assert started.stderr.startswith("Not started. The database can't store all characters. Its encoding is LATIN1.")
    assert tables == []
