"""Shops whose audit log spans a change of keys, and the command's verdicts on them."""

import json

from shop.audit.entries import record
from shop.extensions import db
from shop.web.actor import Actor
from shop.web.request_info import NO_REQUEST
from tests.conftest import make_app
from tests.databases import KEY

NEW = "Vt7-hQ2mZx0_sLk9RbWc4YpJf6NaGd1EuTi8oKy3"
NEWEST = "Zq3_wE8rTy1-uIo5PaSd7FgHj9KlXcVb2NmQ4Lx6"


class Shop:
    """One database and its app, restarted with other keys as often as a test needs."""

    def __init__(self, environ, folder):
        self.environ, self.folder = environ, folder
        self.app = self.start(KEY)

    def start(self, key, *fallbacks):
        self.app = make_app(
            {**self.environ, "SECRET_KEY": key, "SECRET_KEY_FALLBACKS": ",".join(fallbacks)}, self.folder
        )
        return self.app

    def act(self, times=1):
        """Do something that the log records."""
        with self.app.app_context():
            for number in range(times):
                record("blocked", actor=Actor("test", NO_REQUEST), address=f"{number}@elsewhere.example")
            db.session.commit()

    def run(self, *words):
        return self.app.test_cli_runner().invoke(args=["audit", *words])

    def verify(self, *words):
        """Return the exit status of the nightly command, and its JSON."""
        result = self.run("verify", "--json", *words)
        return result.exit_code, json.loads(result.stdout)

    def fault(self):
        """Return the command's sentence about what is wrong; status and words must not disagree."""
        status, said = self.verify()
        assert (status == 0, said["whole"]) == (said["fault"] is None,) * 2
        return said["fault"]

    def write(self, *statements):
        """Change rows without the program."""
        with self.app.app_context():
            for statement in statements:
                db.session.execute(statement)
            db.session.commit()

    def close(self):
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
