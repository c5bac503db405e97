"""Acts done at an instance on loopback: each way in which it can end, and never twice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from data.acting import acts, running
from data.acting.acts import Wish
from data.acting.kept import KeptAct, one_act, tries
from data.acting.pictures import PictureError, add_picture
from data.acting.policy import Policy, save_policy
from data.content.calendar import Item, moment_of, one_item, save_item
from data.credentials import enter_credentials
from data.models import NewPost
from data.posts.ingest import add_posts
from data.schema import alert, alert_rule
from data.settings import Settings
from data.source_list import add_source
from data.store import Store
from sources.acting.base import Act, Deed, Picture
from sources.acting.mastodon import Mastodon, addressed
from sources.acting.perform import is_edited, perform
from sources.http import Client
from tests.mastodon import ACCEPT, DOWN, DROP, FAULT, REFUSE, SILENT, SLOW_DOWN, TOKEN, Instance, Status
from tests.store.rows import put_row

HOME = "home.example"


class Clock:
    """A clock that tests set forward."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def on(self, **more: float) -> None:
        self.ahead += timedelta(**more)


@dataclass
class House:
    """A workspace that acts, a question in it, and the instance where it stands."""

    store: Store
    settings: Settings
    place: Instance
    clock: Clock
    question: Status
    post: int

    def ask(self, key: str = "k" * 20, **more: object) -> KeptAct:
        wish = Wish(
            key, "answer", "mastodon", HOME, post=self.post, target=self.question.uri, text="@zoe Hold it for a while."
        )
        return acts.ask(self.store, replace(wish, **more), self.clock())  # type: ignore[arg-type]

    def run(self) -> list[str]:
        return [one.said for one in asyncio.run(perform(self.store, self.settings, self.clock))]

    def held(self, kept: KeptAct) -> KeptAct:
        with self.store.read() as connection:
            found = one_act(connection, kept.id)
        assert found is not None
        return found


@pytest.fixture
def house(store: Store, settings: Settings) -> Iterator[House]:
    clock = Clock()
    place = Instance(clock)
    question = place.add("zoe", "How do I reset it? #acme")
    settings = replace(settings, fetch_timeout=2, base_urls=(f"mastodon@{HOME}={place.url}",))
    enter_credentials(store, settings, "mastodon_write", HOME, {"token": TOKEN})
    save_policy(store, Policy(on=True))
    entity = place.entity(question)
    found = NewPost(
        "mastodon", question.uri, entity["content"], None, url=question.url, author="zoe", published_at=question.at
    )
    with store.write() as connection:
        source, _ = add_source(connection, "mastodon", f"{place.url}/tags/acme", clock())
        add_posts(connection, source.id, [found], clock())
        post = int(connection.exec_driver_sql("SELECT id FROM post").scalar_one())
    yield House(store, settings, place, clock, question, post)
    place.close()


def test_an_answer_stands_under_what_it_answers(house: House) -> None:
    made = house.ask()
    assert house.run() == ["done"]
    (ours,) = house.place.ours()
    assert (ours.text, ours.parent) == ("@zoe Hold it for a while.", house.question.number)
    after = house.held(made)
    assert (after.state, after.native_id, after.url) == ("done", ours.uri, ours.url)
    with house.store.read() as connection:
        assert [(one.step, one.outcome) for one in tries(connection, made.id)] == [("do", "ok"), ("look", "ok")]
        assert connection.exec_driver_sql("SELECT handled FROM triage").scalar_one() == "yes"
    assert house.run() == []


@pytest.mark.parametrize("honours_keys", [True, False])
@pytest.mark.parametrize("kind", [SILENT, FAULT, DROP])
def test_what_arrived_without_a_word_is_found_and_not_sent_again(house: House, kind: str, honours_keys: bool) -> None:
    house.place.honours_keys = honours_keys
    house.place.plan.append(kind)
    house.place.shows_after = 30
    made = house.ask()
    assert house.run() in (["timeout"], ["server_error"], ["unreachable"])
    assert house.held(made).maybe
    house.clock.on(seconds=58)
    assert house.run() == []  # the place has a minute to show it
    house.clock.on(seconds=4)
    assert house.run() == ["done"]
    assert len(house.place.ours()) == 1
    assert house.place.posted == 1


def test_what_did_not_arrive_is_sent_again(house: House) -> None:
    house.place.plan.append(DOWN)
    made = house.ask()
    assert house.run() == ["server_error"]
    house.clock.on(seconds=61)
    assert house.run() == ["done"]
    assert (house.place.posted, len(house.place.ours())) == (2, 1)
    with house.store.read() as connection:
        steps = [(one.step, one.outcome) for one in tries(connection, made.id)]
    assert steps[::-1] == [
        ("look", "ok"),
        ("do", "server_error"),
        ("find", "none"),
        ("look", "ok"),
        ("do", "ok"),
    ]


def test_a_refusal_waits_for_a_person_who_says_it_otherwise(house: House) -> None:
    house.place.plan.append(REFUSE)
    made = house.ask()
    assert house.run() == ["too_long"]
    house.clock.on(days=2)
    assert house.run() == []
    after = house.held(made)
    assert (after.state, after.error, after.maybe) == ("refused", "too_long", False)
    acts.revise(house.store, made.id, "n" * 20, "@zoe Hold it.", house.clock())
    assert house.run() == ["done"]
    assert [status.text for status in house.place.ours()] == ["@zoe Hold it."]


def test_a_place_that_asks_to_slow_down_is_left_alone(house: House) -> None:
    house.place.plan.extend([SLOW_DOWN, ACCEPT])
    house.ask()
    second = house.ask("b" * 20, post=0, text="@zoe Or turn it off.")
    assert house.run() == ["too_many_requests", "too_many_requests"]
    assert house.place.posted == 1  # the second was not even sent
    assert not house.held(second).maybe
    house.clock.on(seconds=118)
    assert house.run() == []
    house.clock.on(seconds=3)
    assert house.run() == ["done", "done"]


def test_a_post_that_was_edited_stops_the_act_and_says_so(house: House) -> None:
    made = house.ask()
    house.question.text = "How do I break it?"
    assert house.run() == ["target_edited"]
    assert house.held(made).state == "refused"
    assert house.place.posted == 0


def test_a_post_that_is_gone_stops_the_act_and_says_so(house: House) -> None:
    made = house.ask()
    del house.place.statuses[house.question.number]
    assert house.run() == ["target_gone"]
    assert house.held(made).error == "target_gone"


def test_what_has_no_key_is_not_sent(house: House) -> None:
    made = house.ask(account="away.example")
    assert house.run() == ["no_write_credentials"]
    assert house.held(made).state == "refused"


def test_a_rehearsal_sends_nothing(house: House) -> None:
    save_policy(house.store, Policy(on=True, rehearse=True))
    made = house.ask()
    assert house.run() == ["rehearsed"]
    assert house.place.posted == 0
    save_policy(house.store, Policy(on=True))
    acts.retry(house.store, made.id, house.clock())
    assert house.run() == ["done"]


def test_what_was_done_is_taken_back(house: House) -> None:
    made = house.ask()
    house.run()
    acts.take_back(house.store, made.id, house.clock())
    assert house.run() == ["undone"]
    assert house.place.ours() == []
    with house.store.read() as connection:
        assert connection.exec_driver_sql("SELECT handled FROM triage").scalar_one() == ""


def test_one_that_is_given_up_is_looked_for_first(house: House) -> None:
    house.place.plan.extend([FAULT])
    made = house.ask()
    house.run()
    acts.cancel(house.store, made.id, house.clock())
    house.clock.on(seconds=61)
    assert house.run() == ["done"]  # it stands there, and is known to
    second = house.ask("b" * 20, text="@zoe Another way.", post=0)
    house.place.plan.append(DOWN)
    house.run()
    acts.cancel(house.store, second.id, house.clock())
    house.clock.on(seconds=61)
    assert house.run() == ["cancelled"]
    assert len(house.place.ours()) == 1


def test_two_that_say_the_same_are_two(house: House) -> None:
    """What one left there is not taken for what the other left."""
    house.place.honours_keys = False
    house.ask("a" * 20)
    assert house.run() == ["done"]
    second = acts.ask(
        house.store,
        Wish("b" * 20, "answer", "mastodon", HOME, target=house.question.uri, text="@zoe Hold it for a while."),
        house.clock(),
    )
    house.place.plan.append(DOWN)
    assert house.run() == ["server_error"]
    house.clock.on(seconds=61)
    assert house.run() == ["done"]
    assert house.held(second).native_id != house.place.ours()[0].uri
    assert len(house.place.ours()) == 2


def test_a_report_names_the_rule(house: House) -> None:
    house.ask(deed="report", text="", rule="No insults", reason="He calls her names.")
    assert house.run() == ["done"]
    (report,) = house.place.reports
    assert report["status_ids"] == [str(house.question.number)]
    assert report["comment"] == "No insults\nHe calls her names."


def test_a_warning_is_for_its_author_alone(house: House) -> None:
    house.ask(deed="warn", text="Please stay polite.", rule="No insults")
    assert house.run() == ["done"]
    (ours,) = house.place.ours()
    assert (ours.text, ours.visibility) == ("@zoe Please stay polite.", "direct")


def test_a_publication_takes_its_pictures_and_their_texts(house: House) -> None:
    picture = Picture("a.png", "image/png", b"\x89PNG", "A red button")
    act = Act(Deed.PUBLISH, "mastodon", HOME, "p" * 20, "Look", pictures=(picture,), first_try=house.clock())

    async def publish() -> None:
        from data.credentials import load_credentials

        async with Client(house.settings, load_credentials(house.settings)) as client:
            done = await Mastodon().do(client, act, house.clock())
            found = await Mastodon().find(client, act, house.clock())
        assert found is not None
        assert done.id == found.id

    asyncio.run(publish())
    assert [one["alt"] for one in house.place.media.values()] == ["A red button"]
    assert [status.media for status in house.place.ours()] == [["1"]]


@pytest.fixture
def item(house: House) -> Item:
    """An item that is ready, with a picture and a link to where the instance answers."""
    zone = moment_of(Item(0, "x", day=house.clock().date() + timedelta(days=1), hour=9), "Europe/Paris")
    assert zone is not None
    made = Item(
        0,
        "Launch",
        channel="mastodon",
        status="ready",
        day=zone.date(),
        hour=9,
        drafts={"mastodon": f"It is here: {house.question.url}"},
    )
    number = save_item(house.store, made, house.clock())
    add_picture(house.store, number, "a.png", b"\x89PNG\r\n\x1a\n12", "A lamp")
    return replace(made, id=number)


def _publish(house: House, item: Item) -> KeptAct:
    when = moment_of(item, "Europe/Paris")
    words = {"text": item.drafts["mastodon"], "target": "", "post": 0, "item": item.id, "due_at": when}
    return house.ask(deed="publish", **words)  # type: ignore[arg-type]


def test_an_item_goes_out_at_its_moment_in_its_zone(house: House, item: Item) -> None:
    made = _publish(house, item)
    assert house.run() == []
    due = moment_of(item, "Europe/Paris")
    assert due is not None
    assert due.hour in {7, 8}  # nine in Paris
    house.clock.ahead += due - house.clock() - timedelta(seconds=20)
    assert house.run() == []
    house.clock.on(seconds=21)
    assert house.run() == ["done"]
    (ours,) = house.place.ours()
    assert ours.text == item.drafts["mastodon"]
    assert [one["alt"] for one in house.place.media.values()] == ["A lamp"]
    with house.store.read() as connection:
        after = one_item(connection, item.id)
    assert after is not None
    assert (after.status, after.url) == ("published", ours.url)
    assert house.held(made).settled


def test_an_open_crisis_and_a_dead_link_make_it_wait(house: House, item: Item) -> None:
    _publish(house, item)
    house.clock.on(days=2)
    with house.store.write() as connection:
        put_row(connection, alert_rule, id=1, kind="conflict", state="on")
        put_row(connection, alert, id=1, rule_id=1, state="open", snoozed="")
    for _ in range(8):  # however often it is looked at
        assert house.run() == ["crisis"]
        house.clock.on(hours=7)
    with house.store.write() as connection:
        connection.exec_driver_sql("UPDATE alert SET state = 'closed'")
    url = house.question.url
    house.question.url = "moved"
    assert house.run() == ["link_dead"]
    house.question.url = url
    house.clock.on(hours=7)
    assert house.run() == ["done"]


def test_an_item_that_was_changed_since_is_not_published(house: House, item: Item) -> None:
    made = _publish(house, item)
    save_item(house.store, replace(item, drafts={"mastodon": "Other words"}), house.clock())
    house.clock.on(days=2)
    assert house.run() == ["item_changed"]
    assert house.held(made).state == "refused"
    assert house.place.posted == 0


@pytest.mark.parametrize(
    ("content", "alt", "code"),
    [(b"<svg/>", "A lamp", "kind"), (b"GIF8" + b"x" * 8_000_000, "A lamp", "large"), (b"GIF89a", " ", "alt")],
)
def test_what_is_no_picture_is_not_kept(house: House, content: bytes, alt: str, code: str) -> None:
    with pytest.raises(PictureError, match=code):
        add_picture(house.store, 1, "a.gif", content, alt)


def test_an_item_has_four_pictures_at_most(house: House) -> None:
    for _ in range(4):
        add_picture(house.store, 1, "a.gif", b"GIF89a", "A lamp")
    with pytest.raises(PictureError, match="many"):
        add_picture(house.store, 1, "a.gif", b"GIF89a", "A lamp")


def test_a_fault_of_ours_is_not_the_end_of_an_act(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    made = house.ask()

    class Broken(Mastodon):
        async def do(self, client: Client, act: Act, now: datetime) -> object:  # type: ignore[override]
            raise KeyError("no")

    monkeypatch.setitem(dict_of_networks(), "mastodon", Broken())
    assert house.run() == ["fault"]
    assert (house.held(made).state, house.held(made).maybe) == ("waits", True)


def dict_of_networks() -> dict[str, object]:
    from sources.acting import networks

    return networks.NETWORKS  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("Hello", 5),
        ("See https://example.org/a/very/long/address/that/goes/on", 27),
        ("@zoe@far.example hi", 7),
        ("ana@example.org", 15),
    ],
)
def test_lengths_are_those_of_the_network(text: str, length: int) -> None:
    assert Mastodon().length(text) == length


@pytest.mark.parametrize(
    ("text", "author", "sent"),
    [
        ("Hold it.", "zoe@far.example", "@zoe@far.example Hold it."),
        ("@zoe@far.example Hold it.", "zoe@far.example", "@zoe@far.example Hold it."),
        ("@zoe@far.example.org Hold it.", "zoe@far.example", "@zoe@far.example @zoe@far.example.org Hold it."),
        ("Hold it.", "", "Hold it."),
    ],
)
def test_an_answer_names_whom_it_answers(text: str, author: str, sent: str) -> None:
    assert addressed(text, author) == sent


def test_the_same_words_in_other_html_are_no_edit() -> None:
    assert not is_edited("<p>Is it <b>broken</b>?</p>", '<p class="x">Is it  broken?</p>')
    assert is_edited("<p>Is it broken?</p>", "<p>It is broken!</p>")
    assert not is_edited("", "anything")
    assert running.LEASE.total_seconds() > 240
