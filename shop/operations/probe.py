"""Does the database answer? Asked beside the request, which need not wait for it."""

import threading

from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError

from shop.extensions import only_reading
from shop.outage import outages

SECONDS = 1.0


class Probe(threading.Thread):
    """One question to the database."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(name="probe", daemon=True)
        self.engine = engine
        self.is_answered = False

    def run(self) -> None:
        """Ask. Whether it was answered is known when this ends."""
        try:
            with only_reading(), self.engine.connect() as connection:
                connection.execute(select(1))
            self.is_answered = True
        except SQLAlchemyError as fault:
            outages.note(fault)


_asking: dict[Engine, Probe] = {}
_turn = threading.Lock()


def answers(engine: Engine) -> bool:
    """Say whether the database answers within SECONDS. One question at a time: who comes meanwhile waits for it too."""
    with _turn:
        probe = _asking.get(engine)
        if probe is None or not probe.is_alive():
            probe = _asking[engine] = Probe(engine)
            probe.start()
    probe.join(SECONDS)
    return probe.is_answered
