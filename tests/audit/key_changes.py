"""Shops whose audit log goes over a change of the key, and what the command says of them."""

import json

from shop.audit.entries import record
from shop.extensions import db
from shop.web.request_info import COMMAND_LINE
from tests.conftest import make_app
from tests.databases import KEY

NEW = "Vt7-hQ2mZx0_sLk9RbWc4YpJf6NaGd1EuTi8oKy3"
NEWEST = "Zq3_wE8rTy1-uIo5PaSd7FgHj9KlXcVb2NmQ4Lx6"


class Shop:
    """One database, and the app on it, started again with other keys as often as a test needs."""

    def __init__(self, environ, folder):
        self.environ, self.folder = environ, folder
        self.app = self.start(KEY)

    def start(self, key, *fallbacks):
        self.app = make_app(
            {**self.environ, "SECRET_KEY": key, "SECRET_KEY_FALLBACKS": ",".join(fallbacks)}, self.folder
        )
        return self.app

    def act(self, times=1):
        """Let something happen that the log keeps."""
        with self.app.app_context():
            for number in range(times):
                record("blocked", by="test", visit=COMMAND_LINE, address=f"{number}@elsewhere.example")
            db.session.commit()

    def run(self, *words):
        return self.app.test_cli_runner().invoke(args=["audit", *words])

    def verify(self, *words):
        """Give the exit status of the nightly command, and what it says as JSON."""
        result = self.run("verify", "--json", *words)
        return result.exit_code, json.loads(result.stdout)

    def fault(self):
        """Give what is wrong in the command's words; status and words must not disagree."""
        status, said = self.verify()
        assert (status == 0, said["whole"]) == (said["fault"] is None,) * 2
        return said["fault"]

    def write(self, *statements):
        """Change rows past the program."""
        with self.app.app_context():
            for statement in statements:
                db.session.execute(statement)
            db.session.commit()

    def close(self):
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
