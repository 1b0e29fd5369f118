"""Everything a person, the platform and a failing machine can do, in any order: a state machine that hypothesis plays."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule, run_state_machine_as_test

from assistant.build import subject_of
from assistant.web.wechat.simulated_platform import Platform, event, over_socket, text_message
from tests.web.conftest import WebClient, client_of, rows, settings_for

# A shorter example is not worth minutes of starting services.
PHASES = [phase for phase in Phase if phase not in {Phase.shrink, Phase.explain}]
PEOPLE = st.sampled_from(["oOne", "oTwo"])
WORDS = st.sampled_from(
    ["老板欠我三个月工资怎么办？", "没签合同怎么办？", "加班费怎么算？", "谢谢", "1", "继续", "清空", "我不想活了", "转人工"]
)
NAMES = st.sampled_from(["subscribe", "SCAN", "CLICK", "VIEW", "no_such_event"])
SERVICES = st.sampled_from([0, 1])


class Channel(RuleBasedStateMachine):
    """Two services over one database; each may stop and come back. What was said to a message once is said to it always."""

    sent = Bundle("sent")

    @initialize()
    def start(self) -> None:
        self.folder = Path(self.enter(tempfile.TemporaryDirectory()))
        self.running: list[contextlib.ExitStack] = [contextlib.ExitStack(), contextlib.ExitStack()]
        self.clients: list[WebClient] = [self.opened(number) for number in (0, 1)]
        self.replies: dict[str, tuple[str, str | None]] = {}
        self.gone: set[str] = set()

    def enter(self, context: tempfile.TemporaryDirectory[str]) -> str:
        self.stack = contextlib.ExitStack()
        return self.stack.enter_context(context)

    def opened(self, number: int) -> WebClient:
        return self.running[number].enter_context(client_of(settings_for(self.folder)))

    def deliver(self, message: dict[str, str], service: int) -> str | None:
        delivery = Platform(over_socket(self.clients[service])).deliver(message)
        assert delivery.fault == ""
        return delivery.seen

    @rule(target=sent, person=PEOPLE, words=WORDS, service=SERVICES)
    def writes(self, person: str, words: str, service: int) -> dict[str, str]:
        message = text_message(words, sender=person)
        self.replies[message["MsgId"]] = person, self.deliver(message, service)
        self.gone.discard(person)
        return message

    @rule(message=sent, service=SERVICES)
    def is_sent_again(self, message: dict[str, str], service: int) -> None:
        if message["MsgId"] in self.replies:
            assert self.deliver(message, service) == self.replies[message["MsgId"]][1]

    @rule(person=PEOPLE, name=NAMES, service=SERVICES)
    def does_something(self, person: str, name: str, service: int) -> None:
        message = event(name, sender=person, EventKey="k")
        assert self.deliver(message, service) == self.deliver(message, 1 - service)
        self.gone.discard(person)

    @rule(target=sent, kept=consumes(sent), person=PEOPLE, service=SERVICES)
    def leaves(self, kept: dict[str, str], person: str, service: int) -> object:
        self.deliver(event("unsubscribe", sender=person), service)
        self.replies = {key: kept for key, kept in self.replies.items() if kept[0] != person}
        self.gone.add(person)
        return multiple(kept) if kept["FromUserName"] != person else multiple()

    @rule(service=SERVICES)
    def restarts(self, service: int) -> None:
        self.running[service].close()
        self.clients[service] = self.opened(service)

    @invariant()
    def nothing_is_kept_of_whoever_left(self) -> None:
        database = self.folder / "gonghui.sqlite3" if hasattr(self, "folder") else None
        if database is None or not database.is_file() or not self.gone:
            return
        left = {subject_of(b"a secret of the tests", person) for person in self.gone}
        kept = [row["subject"] for table in ("answers", "wechat_messages") for row in rows(database, table)]
        assert not left & set(kept)

    def teardown(self) -> None:
        for one in getattr(self, "running", ()):
            one.close()
        if hasattr(self, "stack"):
            self.stack.close()


def test_in_any_order_of_messages_resends_restarts_and_leaving_nothing_is_said_twice_differently() -> None:
    run_state_machine_as_test(Channel, settings=settings(max_examples=8, stateful_step_count=20, deadline=None, phases=PHASES))
