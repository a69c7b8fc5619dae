"""Commands, what `make run` starts, and a visitor over real HTTP."""

from dataclasses import dataclass

from tests.live_server import LiveServer
from tests.processes import run_module


def run_flask(*words, **settings):
    return run_module("flask", "--app", "wsgi", *words, **settings)


@dataclass
class DevServer(LiveServer):
    """What `make run` starts."""

    module: str = "shop.operations.dev_server"
    host: str = "127.0.0.1"

    @property
    def url(self):
        return f"http://{self.host}:{self.port}"


def dev_server_in(folder, name="run", *, opened="127.0.0.1", **settings):
    """Return what `make run` starts, in a folder of its own, not yet started; `opened` is the host to wait for."""
    own = {"PUBLIC_URL": "", "INSTANCE_PATH": str(folder / "instance"), **settings}
    return DevServer(own, folder / f"{name}.log", host=opened)
