"""A truncated end is reported beside a gap, nothing unseen is accepted, and a blank end is trusted no more."""

import io

import pytest
from sqlalchemy import delete, event, update

from shop.audit.models.chain_head import ChainHead
from shop.audit.models.entry import Entry
from shop.demo.creation import create_in_steps
from shop.extensions import db
from shop.web.actor import COMMAND_LINE
from tests.audit.key_changes import NEWEST, Shop
from tests.conftest import browser_of
from tests.factories import make_product
from tests.people.rule_helpers import details
from tests.sample_people import OWNER
from tests.sign_in_flow import sign_in

E, H = Entry.__table__, ChainHead.__table__
NO_KEY = "the end of the log was not written with any key that is set"


@pytest.fixture
def shop(shop_of_a_lost_key):
    return shop_of_a_lost_key


@pytest.fixture
def owner(shop, sink):
    browser = browser_of(shop.app)
    sign_in(shop.app, browser, sink, OWNER)
    shop.act(8)
    return browser


def cut(shop, after):
    shop.write(delete(E).where(E.c.id > after), update(H).values(count=after, seal="00"))


def shown(owner):
    owner.submit("/audit/check", of="/audit")
    return owner.page.find("input", {"name": "shown"})["value"]


def accepted(shop):
    return details(shop.app, "gap_accepted")


def test_a_gap_does_not_hide_a_cut_end(shop, owner):
    cut(shop, 12)

    faults = shop.verify()[1]["faults"]
    told = shop.run("accept-gap").stdout

    assert [NO_KEY in fault for fault in faults] == [False, False, True]
    assert all(fault in told for fault in faults)
    assert accepted(shop) == []
    assert NO_KEY in owner.submit("/audit/check", of="/audit").text.replace("The end", "the end")


def test_a_page_of_a_gap_does_not_accept_a_cut_that_came_after_it(shop, owner):
    seen = shown(owner)
    cut(shop, 12)

    assert owner.submit("/audit/gaps", {"shown": seen}, of="/audit").status_code == 409
    assert accepted(shop) == []
    assert NO_KEY in shop.fault()


@pytest.mark.parametrize("further", [13, 12])
def test_a_page_of_a_cut_end_does_not_accept_another(shop, owner, further):
    cut(shop, 13)
    seen = shown(owner)
    shop.write(delete(E).where(E.c.id > further), update(H).values(count=further, seal="11"))

    assert owner.submit("/audit/gaps", {"shown": seen}, of="/audit").status_code == 409
    assert accepted(shop) == []
    assert NO_KEY in shop.fault()


def test_what_was_shown_of_a_cut_end_is_accepted_and_what_the_shop_wrote_meanwhile_is_no_hindrance(shop, owner):
    seen = shown(owner)
    shop.act(2)
    assert owner.submit("/audit/gaps", {"shown": seen}, of="/audit").status_code == 303
    assert shop.fault() is None

    cut(shop, 17)
    seen = shown(owner)

    assert owner.submit("/audit/gaps", {"shown": seen}, of="/audit").status_code == 303
    assert shop.fault() is None


def test_a_break_within_the_gap_of_a_lost_key_is_told(shop):
    shop.act(3)
    shop.run("accept-gap", "--yes")
    cut(shop, 9)
    shop.act()  # the program reports it under the key that is lost next
    shop.start(NEWEST)

    assert any("the entries before entry 10" in fault for fault in shop.verify()[1]["faults"])


class Press(io.RawIOBase):
    """A terminal where a person confirms, after doing something else."""

    def __init__(self, before):
        self.left, self.before = b"y\n", before

    def readable(self):
        return True

    def readinto(self, buffer):
        if self.left:
            self.before()
        buffer[: len(self.left)], given, self.left = self.left, len(self.left), b""
        return given


def test_the_command_does_not_accept_a_cut_that_came_while_it_asked(shop):
    shop.act(6)
    cut(shop, 9)
    terminal = io.BufferedReader(Press(lambda: cut(shop, 8)))

    result = shop.app.test_cli_runner().invoke(args=["audit", "accept-gap"], input=terminal)

    assert (result.exit_code, "Nothing was accepted" in result.stderr) == (1, True)
    assert (accepted(shop), len(details(shop.app, "end_not_verified"))) == ([], 1)


@pytest.fixture
def forger():
    """An attacker who changes the entry that continues the log after entry 12, as soon as it exists."""

    def forge(_session):
        with db.engine.begin() as connection:
            connection.execute(update(E).where(E.c.event == "end_not_verified", E.c.id == 13).values(by="forged"))

    event.listen(db.session, "after_commit", forge)
    yield
    event.remove(db.session, "after_commit", forge)


def test_the_page_does_not_accept_what_came_while_the_log_was_taken_up_again(shop, owner, request):
    cut(shop, 12)
    seen = shown(owner)
    request.getfixturevalue("forger")

    assert owner.submit("/audit/gaps", {"shown": seen}, of="/audit").status_code == 409
    assert accepted(shop) == []
    assert shop.fault() == "entry 13 was changed"


def test_nor_does_the_command(shop, owner, forger):
    cut(shop, 12)

    result = shop.run("accept-gap", "--yes")

    assert (result.exit_code, "Nothing was accepted" in result.stderr) == (1, True)
    assert accepted(shop) == []
    assert shop.fault() == "entry 13 was changed"


# The end as if new


def emptied(kept):
    """Empty each table but one, in the order of foreign keys."""
    names = [table for table in reversed(db.metadata.sorted_tables) if table.name not in ("audit_heads", kept)]
    return [*map(delete, names), BLANK]


BLANK = update(H).values(count=0, hash="", seal="")


@pytest.mark.parametrize("kept", ["sign_in_requests", "letters", "rules", "products"])
def test_a_blank_end_is_not_believed_while_any_table_tells_of_an_earlier_act(environ, tmp_path, sink, kept):
    shop = Shop(environ, tmp_path)
    sign_in(shop.app, browser_of(shop.app), sink, OWNER)
    make_product(shop.app)
    shop.app.test_cli_runner().invoke(args=["people", "allow", "guest@elsewhere.example", "--role", "staff"])
    shop.write(*emptied(kept))

    browser_of(shop.app).submit("/sign-in", {"email": OWNER})

    assert details(shop.app, "end_not_verified") == [{"entries": 0, "claimed": 0}]
    assert "the entries before entry 1" in shop.fault()
    shop.close()


FIRST_ACTS = {
    "an address that may enter": ["people", "allow", "guest@elsewhere.example", "--role", "staff"],
    "a block": ["people", "block", "guest@elsewhere.example"],
    "a link": ["people", "link", OWNER],
    "new keys": ["keys", "rotate"],
}


@pytest.mark.parametrize("act", FIRST_ACTS)
def test_a_new_shop_stays_whole_whatever_its_first_act_is(environ, tmp_path, act):
    shop = Shop(environ, tmp_path)
    shop.app.test_cli_runner().invoke(args=FIRST_ACTS[act])
    assert shop.fault() is None

    shop.act()
    assert (shop.fault(), details(shop.app, "end_not_verified")) == (None, [])
    shop.close()


def test_a_new_shop_into_which_the_demo_is_filled_is_whole_at_each_step(environ, tmp_path):
    shop = Shop(environ, tmp_path)
    with shop.app.app_context():
        steps = create_in_steps(actor=COMMAND_LINE)
        for _ in range(3):
            next(steps)
            db.session.commit()

    assert shop.fault() is None
    assert details(shop.app, "demo_begun") == [{}]
    shop.close()
