"""Deliver due emails, several in parallel, from a thread of the web process or a separate process."""

import logging
import threading
from queue import SimpleQueue
from time import monotonic

from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from shop import retention
from shop.database.outage import outages
from shop.extensions import db
from shop.outbox import emails
from shop.outbox.connection_pool import ConnectionPool
from shop.outbox.delivery import deliver, is_unexpected
from shop.outbox.models.email import Email
from shop.tokens import new_id
from shop.transactions import read_only

POLL = 1.0  # seconds between polls of the table without a signal
SENDERS = 8
SHUTDOWN = 15.0  # seconds for emails in flight when the process is told to stop
IDLE = 30.0  # seconds that an unused connection stays open
HOUR = 3600.0

log = logging.getLogger(__name__)
wake_up = threading.Event()


@event.listens_for(db.session, "after_flush")
def _note_posted(session: Session, _context: object) -> None:
    if any(isinstance(row, Email) for row in session.new):
        session.info["posted"] = True


@event.listens_for(db.session, "after_commit")
def _wake_worker(session: Session) -> None:
    if session.info.pop("posted", False):
        wake_up.set()


class Worker:
    """Delivers emails until it is stopped, at most `senders` at the same time."""

    def __init__(self, app: Flask, *, senders: int = SENDERS) -> None:
        self.app = app
        self.senders = senders
        self.stopping = threading.Event()
        self.places = threading.Semaphore(senders)
        self.claimed: SimpleQueue[tuple[int, str] | None] = SimpleQueue()
        self.connections = ConnectionPool()
        self.tidy_at = monotonic()
        self.thread = threading.Thread(target=self.work, name="mail-worker", daemon=True)
        for number in range(senders):
            threading.Thread(target=self._send_claimed, name=f"sender-{number}", daemon=True).start()

    def start(self) -> None:
        """Work in a thread of this process."""
        self.thread.start()

    def stop(self) -> None:
        """Claim no more emails and wait for those in flight; what takes too long is cut, and retried later."""
        self.stopping.set()
        wake_up.set()
        until = monotonic() + SHUTDOWN
        came_back = [self.places.acquire(timeout=max(0.0, until - monotonic())) for _ in range(self.senders)]
        if not all(came_back):
            self.connections.cut()
        if self.thread.is_alive():
            self.thread.join(2 * POLL)
        for _ in range(self.senders):
            self.claimed.put(None)
        self.connections.hang_up()

    def work(self) -> None:
        """Deliver whatever falls due, until stop()."""
        while not self.stopping.is_set():
            wake_up.clear()
            try:
                if self.deliver_due():
                    continue
                self.tidy()
            except Exception as fault:
                # If this thread ended, no one would notice, and no more email would be sent.
                if not outages.explain(fault):
                    log.warning(
                        "the outbox could not be processed: %s", type(fault).__name__, exc_info=is_unexpected(fault)
                    )
            wake_up.wait(POLL)

    def work_until_empty(self) -> None:
        """Deliver what is due now; return once nothing is due or in flight. Raises SQLAlchemyError."""
        while self.deliver_due():
            pass
        for _ in range(self.senders):
            self.places.acquire()
        self.places.release(self.senders)

    def deliver_due(self) -> int:
        """Claim as many emails as there are free senders, and deliver them. Returns the number claimed."""
        free = self._take_places()
        claim, claimed = new_id(), []
        try:
            if free:
                with self.app.app_context():
                    claimed = self._claim(claim, free)
        finally:
            if unused := free - len(claimed):
                self.places.release(unused)
        for letter_id in claimed:
            self.claimed.put((letter_id, claim))
        return len(claimed)

    def tidy(self) -> None:
        """Close idle connections, and once an hour delete rows past their retention."""
        self.connections.hang_up(unused_for=IDLE)
        if monotonic() < self.tidy_at:
            return
        self.tidy_at = monotonic() + HOUR
        with self.app.app_context():
            for keeping in retention.retention_rules.values():
                while not self.stopping.is_set() and retention.prune_batch(keeping) == retention.BATCH:
                    db.session.commit()
                db.session.commit()
            for chore in retention.hourly_jobs.values():
                chore()
                db.session.commit()

    def _take_places(self) -> int:
        while not self.places.acquire(timeout=POLL):
            if self.stopping.is_set():
                return 0
        free = 1
        while free < self.senders and self.places.acquire(blocking=False):
            free += 1
        if self.stopping.is_set():
            self.places.release(free)
            return 0
        return free

    def _claim(self, claim: str, most: int) -> list[int]:
        with read_only():
            due = emails.has_due()
            db.session.rollback()
        if not due:
            return []
        claimed = emails.claim_due(claim, most=most)
        db.session.commit()
        return claimed

    def _send_claimed(self) -> None:
        while job := self.claimed.get():
            try:
                with self.app.app_context():
                    self._deliver(*job)
            except Exception as fault:
                # The lease expires and the email is retried; a fault in one email must not end its sender.
                if not outages.explain(fault):
                    log.warning("email %s was left: %s", job[0], type(fault).__name__, exc_info=is_unexpected(fault))
            finally:
                self.places.release()

    def _deliver(self, letter_id: int, claim: str) -> None:
        transport = self.connections.take()
        try:
            deliver(letter_id, claim, transport)
        finally:
            self.connections.give_back(transport)
