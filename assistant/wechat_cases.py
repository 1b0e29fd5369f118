"""The cases that people of the union answer: opened where a worker wants a person, with what was said (masked), closed by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa

from assistant import wechat_messages
from assistant.store import METADATA, Store
from assistant.wechat_messages import Arrival, Made

Reason = Literal["asked", "angry", "failed"]
Speaker = Literal["worker", "program", "person"]
Replied = Literal["kept", "no_case", "overtaken"]

CASES = sa.Table(
    "wechat_cases",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("subject", sa.String(64), nullable=False, index=True),
    sa.Column("receiver", sa.Text, nullable=False),
    sa.Column("opened_at", sa.Float, nullable=False),
    sa.Column("reason", sa.String(12), nullable=False),
    sa.Column("state", sa.String(8), nullable=False, index=True),
    sa.Column("transcript", sa.Text, nullable=False),
    sa.Column("replies", sa.Text, nullable=False),
)


# So much of a case is kept: one that stays open for months would else grow without end.
MOST_TURNS = 200


class Turn(NamedTuple):
    """What a worker said (masked), the short answer, and after how many replies of people of the union it was said."""

    said: str
    answered: str
    after: int = 0


class Case(NamedTuple):
    """A case; `replies` are what people of the union wrote, oldest first."""

    id: int
    subject: str
    opened_at: datetime
    reason: Reason
    state: Literal["open", "closed"]
    transcript: tuple[Turn, ...]
    replies: tuple[str, ...]

    @property
    def is_waiting(self) -> bool:
        """Whether the worker has wanted a person again since the last reply, or had none yet."""
        return self.state == "open" and bool(self.transcript) and self.transcript[-1].after == len(self.replies)

    def talk(self) -> Iterator[tuple[Speaker, str]]:
        """Who said what, in its order."""
        told = 0
        for turn in self.transcript:
            yield from (("person", text) for text in self.replies[told : turn.after])
            told = max(told, turn.after)
            yield "worker", turn.said
            if turn.answered:
                yield "program", turn.answered
        yield from (("person", text) for text in self.replies[told:])


def open_case(store: Store, *, subject: str, receiver: str, reason: Reason, transcript: Sequence[Turn], now: float) -> int:
    """Open a case, or add to the one that is open for that person; returns its number."""

    def work(connection: sa.Connection) -> int:
        wechat_messages.hold(connection, subject)
        of_subject = sa.select(CASES).where(CASES.c.subject == subject, CASES.c.state == "open").order_by(CASES.c.id)
        found = connection.execute(of_subject).mappings().first()
        if found is not None:
            case = _case(found)
            said = json.dumps(_joined(case, transcript), ensure_ascii=False)
            connection.execute(sa.update(CASES).where(CASES.c.id == case.id).values(transcript=said, receiver=receiver))
            return case.id
        row = {
            "subject": subject,
            "receiver": receiver,
            "opened_at": now,
            "reason": reason,
            "state": "open",
            "transcript": json.dumps(transcript, ensure_ascii=False),
            "replies": "[]",
        }
        return int(connection.execute(sa.insert(CASES).values(row).returning(CASES.c.id)).scalar_one())

    return store.run(work)


def _joined(case: Case, turns: Sequence[Turn]) -> list[Turn]:
    """What the case has, and after it what of *turns* it has not: they begin with what it ended with where they go that far back."""
    kept, said = case.transcript, [turn.said for turn in turns]
    most = min(len(kept), len(said))
    shared = next((count for count in range(most, 0, -1) if [turn.said for turn in kept[-count:]] == said[:count]), 0)
    # The same words once more are a person asking once more.
    added = turns[shared:] or turns[-1:]
    return [*kept, *(turn._replace(after=len(case.replies)) for turn in added)][-MOST_TURNS:]


def cases(store: Store, *, closed: bool = False) -> list[Case]:
    """Return the open cases, with *closed* all of them, oldest first."""
    query = sa.select(CASES).order_by(CASES.c.id)
    query = query if closed else query.where(CASES.c.state == "open")
    return store.read(lambda connection: [_case(row) for row in connection.execute(query).mappings()])


def find_case(store: Store, number: int) -> Case | None:
    """Return the case of that number."""
    return store.read(lambda connection: _found(connection, number))


def reply(store: Store, number: int, text: str, made: Made, *, now: float, seen: int | None = None) -> Replied:
    """Keep what a person of the union wrote, and put it in for the worker as *made*.

    Where *seen* is not how many replies there are, somebody else wrote meanwhile, or this one was sent twice: nothing is kept.
    """

    def work(connection: sa.Connection) -> Replied:
        connection.execute(sa.update(CASES).where(CASES.c.id == number).values(id=number))
        case = _found(connection, number)
        if case is None:
            return "no_case"
        if seen is not None and seen != len(case.replies):
            return "overtaken"
        connection.execute(
            sa.update(CASES).where(CASES.c.id == number).values(replies=json.dumps([*case.replies, text], ensure_ascii=False))
        )
        receiver = connection.execute(sa.select(CASES.c.receiver).where(CASES.c.id == number)).scalar_one()
        arrival = Arrival(f"case:{number}:{len(case.replies) + 1}", case.subject, receiver, kind="case")
        wechat_messages.put_in(connection, arrival, made, now=now)
        return "kept"

    return store.run(work)


def close_case(store: Store, number: int) -> bool:
    """Close a case; False where there is no such open one."""
    update = sa.update(CASES).where(CASES.c.id == number, CASES.c.state == "open").values(state="closed")
    return store.run(lambda connection: connection.execute(update).rowcount == 1)


def _found(connection: sa.Connection, number: int) -> Case | None:
    row = connection.execute(sa.select(CASES).where(CASES.c.id == number)).mappings().first()
    return _case(row) if row is not None else None


def _case(row: Any) -> Case:
    return Case(
        id=row["id"],
        subject=row["subject"],
        opened_at=datetime.fromtimestamp(row["opened_at"], timezone.utc),
        reason=row["reason"],
        state=row["state"],
        transcript=tuple(Turn(*turn) for turn in json.loads(row["transcript"])),
        replies=tuple(json.loads(row["replies"])),
    )
