"""The messages of the 公众号 and what became of each: registered before anything is acknowledged, answered once, shown once.

A message is `new` (more bubbles may follow), `running` (its owner makes the answer), `done` (the answer is there, not yet shown) and
`sent`. `reply` is what every request for the message gets, '' being silence; once set it never changes. `way` says how an answer that is
not the reply reaches the person: by push, or from the mailbox with whatever they send next. Answers are marked, never taken out.
A change is one transaction that begins with a write: SQLite then lets one in at a time, PostgreSQL locks the row or the person.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from assistant.store import ANSWERS, INSERT_ANSWER, METADATA, Store, answer_row, delete_all_of
from assistant.types import Answer, Question

State = Literal["new", "running", "done", "sent"]
Way = Literal["push", "pushing", "mailbox"]
Verdict = Literal["mine", "known", "joined", "repeated", "busy", "fast", "left"]

MOST_RUNNING = 2
MOST_A_MINUTE = 20
REPEATED_WITHIN_S = 30.0
# A person who waits for a bubble to be finished waits no longer than this.
GATHERED_AT_MOST_S = 3.0
KEPT_S = 7 * 86400.0
LEFT_KEPT_S = 86400.0
MOST_TAKEN = 50

MESSAGES = sa.Table(
    "wechat_messages",
    METADATA,
    sa.Column("key", sa.String(160), primary_key=True),
    sa.Column("received_at", sa.Float, nullable=False, index=True),
    sa.Column("subject", sa.String(64), nullable=False, index=True),
    sa.Column("owner", sa.String(32), nullable=False),
    sa.Column("claimed_at", sa.Float, nullable=False),
    sa.Column("reply", sa.Text, nullable=True),
    sa.Column("kind", sa.String(12), nullable=False, server_default="question"),
    sa.Column("state", sa.String(8), nullable=False, server_default="running", index=True),
    sa.Column("way", sa.String(8), nullable=True),
    sa.Column("receiver", sa.Text, nullable=True),
    sa.Column("body", sa.Text, nullable=True),
    sa.Column("begins_at", sa.Float, nullable=True),
    sa.Column("parts", sa.Text, nullable=True),
    sa.Column("label", sa.Text, nullable=True),
    sa.Column("offers", sa.Text, nullable=True),
    sa.Column("shown", sa.Integer, nullable=False, server_default="0"),
    sa.Column("touched_at", sa.Float, nullable=True),
)

# Who unsubscribed, and when by the platform's clock: a message sent before is not taken in again. No column is called subject, so that
# it outlives the deletion of everything that is kept of that person.
LEFT = sa.Table("wechat_left", METADATA, sa.Column("who", sa.String(64), primary_key=True), sa.Column("left_at", sa.Float, nullable=False))

_OPEN = MESSAGES.c.state.in_(("new", "running"))
# A message as it was just taken in, but for what was said of it.
_AS_TAKEN_IN: Mapping[str, Any] = dict.fromkeys(("reply", "way", "parts", "label", "offers")) | {"shown": 0}

# The statements of every message, made once: making one takes longer than SQLite needs to run it.
_TAKE_IN = {
    name: insert(MESSAGES).on_conflict_do_nothing(index_elements=["key"]).execution_options(preserve_rowcount=True)
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_BY_KEY = sa.select(MESSAGES).where(MESSAGES.c.key == sa.bindparam("key"))
_LEFT_AT = sa.select(LEFT.c.left_at).where(LEFT.c.who == sa.bindparam("who"))
_OF_SUBJECT = MESSAGES.c.subject == sa.bindparam("subject")
_OPEN_OR_RECENT = (
    sa.select(MESSAGES)
    .where(_OF_SUBJECT, MESSAGES.c.kind == "question", sa.or_(_OPEN, MESSAGES.c.received_at > sa.bindparam("since")))
    .order_by(MESSAGES.c.received_at)
)
_STILL_MINE = sa.select(MESSAGES.c.key).where(MESSAGES.c.key == sa.bindparam("key"), MESSAGES.c.owner == sa.bindparam("owner"), _OPEN)
_ANSWERED = sa.update(MESSAGES).where(MESSAGES.c.key == sa.bindparam("of"), _OPEN).values(state="done", body=None)
_REPLIED = sa.update(MESSAGES).where(MESSAGES.c.key == sa.bindparam("of")).values(state="sent", way=None)
_IN_MAILBOX = (
    sa.select(MESSAGES).where(_OF_SUBJECT, MESSAGES.c.state == "done", MESSAGES.c.way == "mailbox").order_by(MESSAGES.c.received_at)
)
_LAST_TOUCHED = (
    sa.select(MESSAGES)
    .where(_OF_SUBJECT, MESSAGES.c.key != sa.bindparam("but"), MESSAGES.c.touched_at > sa.bindparam("since"))
    .order_by(MESSAGES.c.touched_at.desc(), MESSAGES.c.received_at.desc())
    .limit(1)
)


class Arrival(NamedTuple):
    """A message as it came: who sent it (pseudonym, and sealed address), what it says (masked), and when by the platform's clock."""

    key: str
    subject: str
    receiver: str | None = None
    body: Mapping[str, Any] | None = None
    kind: str = "question"
    created: float = float("inf")
    gathers_s: float = 0.0
    # Whether it may have to wait for the person's other questions.
    may_wait: bool = True


class Row(NamedTuple):
    """A message as it is kept."""

    key: str
    subject: str
    kind: str
    state: State
    way: Way | None
    reply: str | None
    owner: str
    received_at: float
    claimed_at: float
    begins_at: float | None
    receiver: str | None
    body: Mapping[str, Any]
    parts: tuple[str, ...]
    label: str
    offers: Mapping[str, Any]
    shown: int

    @property
    def is_open(self) -> bool:
        """Whether there is no answer yet."""
        return self.state in {"new", "running"}

    @property
    def is_told_in_reply(self) -> bool:
        """Whether its reply is the answer, or begins it, and no promise of one."""
        return bool(self.parts) and self.parts[0] in (self.reply or "")

    @property
    def unseen(self) -> int:
        """How many parts of the answer were not shown."""
        return len(self.parts) - self.shown


class Entry(NamedTuple):
    """What registering a message came to, and the message as it is now kept; `joined` is the message it was added to."""

    row: Row
    verdict: Verdict
    joined: Row | None = None

    @property
    def is_mine(self) -> bool:
        """Whether it is the caller who answers it, be it with a sentence on why not now."""
        return self.verdict not in {"known", "left"}


class Made(NamedTuple):
    """An answer to keep: its parts without their label, the label each carries, and what a next message may pick of it."""

    parts: tuple[str, ...]
    label: str = ""
    offers: Mapping[str, Any] = {}


class Shown(NamedTuple):
    """What goes out in one bubble: the text, and of each message how many parts have then been shown."""

    text: str
    marks: Mapping[str, int]


Compose = Callable[[Row | None, Sequence[Row]], Shown]


# -- registering ---------------------------------------------------------------------------------------------------


def register(store: Store, arrival: Arrival, *, owner: str, stale_after_s: float, now: float) -> Entry:
    """Commit the message, or find it; say whether *owner* is to answer it, or what else is to be done with it.

    A claim that was not renewed for *stale_after_s* is taken over: its owner has died. The clock may have jumped either way.
    """

    def work(connection: sa.Connection) -> Entry:
        values = {
            "key": arrival.key,
            "received_at": now,
            "subject": arrival.subject,
            "owner": owner,
            "claimed_at": now,
            "kind": arrival.kind,
            "state": "new" if arrival.gathers_s else "running",
            "begins_at": now + arrival.gathers_s if arrival.gathers_s else None,
            "receiver": arrival.receiver,
            "body": _dumped(arrival.body) if arrival.body is not None else None,
        }
        if connection.execute(_TAKE_IN[connection.dialect.name], values).rowcount == 0:
            taken = _claim(connection, arrival.key, owner, stale_after_s, now)
            # An earlier version of the program kept neither; whoever takes the message over later needs both.
            kept = sa.update(MESSAGES).where(MESSAGES.c.key == arrival.key, _OPEN, MESSAGES.c.body.is_(None))
            connection.execute(kept.values(body=values["body"], receiver=values["receiver"]))
            return Entry(_row(connection, arrival.key), "mine" if taken else "known")
        hold(connection, arrival.subject)
        row = _to_row({**_AS_TAKEN_IN, **values})
        left_at = connection.execute(_LEFT_AT, {"who": arrival.subject}).scalar_one_or_none()
        if left_at is not None and arrival.created < left_at:
            connection.execute(sa.delete(MESSAGES).where(MESSAGES.c.key == arrival.key))
            return Entry(row._replace(reply="", state="sent"), "left")
        if arrival.kind != "question":
            return Entry(row, "mine")
        verdict, joined = _among_others(connection, row, arrival, now)
        if verdict in {"joined", "repeated"}:
            row = _row(connection, arrival.key)
        return Entry(row, verdict, joined and _row(connection, joined.key))

    return store.run(work)


def _among_others(connection: sa.Connection, row: Row, arrival: Arrival, now: float) -> tuple[Verdict, Row | None]:
    """What a new question is beside the others of the same person: a further bubble, the same once more, too many, too fast, or its own."""
    found = connection.execute(_OPEN_OR_RECENT, {"subject": row.subject, "since": now - 60}).mappings()
    questions = [_to_row(one) for one in found]
    others = [other for other in questions if other.key != row.key and other.is_open]
    gathering = [other for other in others if other.state == "new" and other.begins_at is not None and other.begins_at > now]
    if gathering:
        _join(connection, gathering[-1], arrival, now)
        _settle(connection, row.key, "")
        return "joined", gathering[-1]
    same = [
        other for other in others if other.body.get("text") == row.body.get("text") and abs(now - other.received_at) <= REPEATED_WITHIN_S
    ]
    if same:
        if same[-1].way != "mailbox":
            _settle(connection, row.key, "")
        return "repeated", None
    if len(others) >= MOST_RUNNING and arrival.may_wait:
        return "busy", None
    recent = sum(question.received_at > now - 60 for question in questions)
    return "fast" if recent > MOST_A_MINUTE else "mine", None


def _join(connection: sa.Connection, first: Row, arrival: Arrival, now: float) -> None:
    before, more = str(first.body.get("text", "")), str((arrival.body or {}).get("text", ""))
    between = "" if before[-1:] in "，。！？,.!?、：:；;…" else "，"
    begins_at = min(now + arrival.gathers_s, first.received_at + GATHERED_AT_MOST_S)
    body = {**first.body, "text": f"{before}{between}{more}"}
    _update(connection, first.key, body=_dumped(body), begins_at=begins_at)


def _claim(connection: sa.Connection, key: str, owner: str, stale_after_s: float, now: float) -> bool:
    update = sa.update(MESSAGES).where(MESSAGES.c.key == key, _OPEN, _stale(stale_after_s, now)).values(owner=owner, claimed_at=now)
    return connection.execute(update).rowcount == 1


def _stale(after_s: float, now: float) -> sa.ColumnElement[bool]:
    return sa.or_(MESSAGES.c.claimed_at < now - after_s, MESSAGES.c.claimed_at > now + after_s)


# -- answering -----------------------------------------------------------------------------------------------------


def find(store: Store, key: str) -> Row | None:
    """Return the message as it is now, None where it is gone."""
    return store.read(lambda connection: _found(connection, key))


def begin(store: Store, key: str, *, owner: str, now: float) -> Row | None:
    """Stop waiting for further bubbles where the time for them is over; returns the message as it is now."""

    def work(connection: sa.Connection) -> Row | None:
        over = sa.or_(MESSAGES.c.begins_at <= now, MESSAGES.c.begins_at > now + 2 * GATHERED_AT_MOST_S)
        connection.execute(
            sa.update(MESSAGES)
            .where(MESSAGES.c.key == key, MESSAGES.c.owner == owner, MESSAGES.c.state == "new", over)
            .values(state="running")
        )
        return _found(connection, key)

    return store.run(work)


def hurry(store: Store, key: str, *, now: float) -> None:
    """Wait for no further bubble."""
    store.run(lambda connection: _update(connection, key, begins_at=now))


def claim(store: Store, key: str, *, owner: str, stale_after_s: float, now: float) -> bool:
    """Take over the message where its owner has died; says whether it is the caller's now."""
    return store.run(lambda connection: _claim(connection, key, owner, stale_after_s, now))


def beat(store: Store, keys: Collection[str], *, owner: str, now: float) -> None:
    """Say that *owner* still works on the messages *keys*. What it let lie is not renewed: it grows stale, and a sweep takes it up."""
    update = sa.update(MESSAGES).where(MESSAGES.c.owner == owner, MESSAGES.c.key.in_(keys)).values(claimed_at=now)
    store.run(lambda connection: connection.execute(update))


def record(store: Store, key: str, *, owner: str, question: Question, answer: Answer) -> str:
    """Keep the answer for its page, unless the person left, or somebody else answers the message by now: then the token is empty."""

    def work(connection: sa.Connection) -> str:
        row = answer_row(question, answer)
        connection.execute(INSERT_ANSWER, row)
        if connection.execute(_STILL_MINE, {"key": key, "owner": owner}).first() is None:
            connection.execute(sa.delete(ANSWERS).where(ANSWERS.c.token == row["token"]))
            return ""
        return str(row["token"])

    return store.run(work)


def finish(store: Store, key: str, made: Made, *, compose: Compose | None, now: float) -> Row | None:
    """Keep the answer; the first one counts. With *compose* it also becomes the reply where a request still waits for one.

    Returns the message as it is then, None where it is gone.
    """

    def work(connection: sa.Connection) -> Row | None:
        answered = {"parts": json.dumps(made.parts, ensure_ascii=False), "label": made.label, "offers": _dumped(made.offers)}
        connection.execute(_ANSWERED, {"of": key, "claimed_at": now, **answered})
        return _hand_over(connection, key, compose, now)

    return store.run(work)


def hand_over(store: Store, key: str, compose: Compose, *, now: float) -> Row | None:
    """Make an answer that is there the reply to its message, with what lies in the mailbox; returns the message as it is then."""

    def work(connection: sa.Connection) -> Row | None:
        connection.execute(sa.update(MESSAGES).where(MESSAGES.c.key == key).values(key=key))
        return _hand_over(connection, key, compose, now)

    return store.run(work)


def _hand_over(connection: sa.Connection, key: str, compose: Compose | None, now: float) -> Row | None:
    """Make an answer that is there the reply, if it is to be *compose*d into one and none is there; returns the message as it is then."""
    row = _found(connection, key)
    if row is None or compose is None or row.reply is not None or row.state != "done":
        return row
    shown = compose(row, [other for other in _mailbox(connection, row.subject) if other.key != key])
    if key not in shown.marks:
        _mark(connection, shown.marks, now)
        _update(connection, key, reply=shown.text, way="mailbox")
        return row._replace(reply=shown.text, way="mailbox")
    _mark(connection, {other: count for other, count in shown.marks.items() if other != key}, now)
    connection.execute(_REPLIED, {"of": key, "reply": shown.text, "shown": shown.marks[key], "touched_at": now})
    return row._replace(reply=shown.text, way=None, state="sent", shown=shown.marks[key])


def _mark(connection: sa.Connection, marks: Mapping[str, int], now: float) -> None:
    for key, count in marks.items():
        _update(connection, key, shown=count, state="sent", way=None, touched_at=now)


def settle(store: Store, key: str, reply: str) -> str:
    """Make *reply* the reply of the message unless it has one; returns the one that counts."""

    def work(connection: sa.Connection) -> str:
        _settle(connection, key, reply)
        row = _found(connection, key)
        return reply if row is None or row.reply is None else row.reply

    return store.run(work)


def _settle(connection: sa.Connection, key: str, reply: str) -> None:
    values = {"reply": reply, "state": "sent", "body": None}
    connection.execute(sa.update(MESSAGES).where(MESSAGES.c.key == key, MESSAGES.c.reply.is_(None)).values(values))


def let_go(store: Store, key: str, *, way: Way, reply: str, now: float) -> Row | None:
    """Wait no longer: *reply* is the reply, the answer goes its *way* once it is there. Where it is there, nothing changes."""

    def work(connection: sa.Connection) -> Row | None:
        update = sa.update(MESSAGES).where(MESSAGES.c.key == key, MESSAGES.c.reply.is_(None), _OPEN)
        connection.execute(update.values(reply=reply, way=way, touched_at=now))
        return _found(connection, key)

    return store.run(work)


# -- what was not shown yet ----------------------------------------------------------------------------------------


class Pulled(NamedTuple):
    """What asking for more came to: something `shown`, an answer that is still `running` (`row`), or `nothing`."""

    verdict: Literal["shown", "running", "nothing"]
    row: Row | None = None


def pull(store: Store, key: str, compose: Compose, *, late_s: float, now: float) -> Pulled:
    """Make the next part the person has not seen the reply to the message *key*.

    It is of what they were shown last; else the oldest of the mailbox; else of what they were promised, or a question, that is still
    being answered: what is not there yet must not hide what is. Where there is nothing of that, a reply to the last request for a message
    (*late_s* after it came) is given again: that request may have been cut before it was there, and none came after it.
    """

    def work(connection: sa.Connection) -> Pulled:
        connection.execute(sa.update(MESSAGES).where(MESSAGES.c.key == key).values(key=key))
        own = _found(connection, key)
        if own is None or own.reply is not None:
            return Pulled("shown", own)
        others = [row for row in _of_subject(connection, own.subject) if row.key != key]
        last = _last_touched(connection, own.subject, key)
        wanted = last if last and not last.is_open and last.unseen > 0 else None
        wanted = wanted or next((row for row in others if row.way == "mailbox" and not row.is_open and row.unseen > 0), None)
        wanted = wanted or (last if last and last.is_open else None)
        # Of a question asked after it nobody wants to hear.
        wanted = wanted or next(
            (row for row in others if row.is_open and row.kind == "question" and row.received_at <= own.received_at), None
        )
        if wanted is None and last is not None and last.is_told_in_reply and _was_late(connection, last, late_s, now):
            _settle(connection, key, str(last.reply))
            return Pulled("shown", _found(connection, key))
        if wanted is None:
            return Pulled("nothing")
        if wanted.is_open or wanted.way == "pushing":
            return Pulled("running", wanted)
        shown = compose(None, [wanted])
        _mark(connection, shown.marks, now)
        _settle(connection, key, shown.text)
        return Pulled("shown", _found(connection, key))

    return store.run(work)


def _was_late(connection: sa.Connection, row: Row, late_s: float, now: float) -> bool:
    touched_at = connection.execute(sa.select(MESSAGES.c.touched_at).where(MESSAGES.c.key == row.key)).scalar_one()
    return touched_at is not None and touched_at - row.received_at >= late_s and abs(now - touched_at) <= REPEATED_WITHIN_S


def last_shown(store: Store, subject: str, *, since: float) -> Row | None:
    """Return the message whose answer the person was shown, or promised, last."""
    return store.read(lambda connection: _last_touched(connection, subject, "", since))


def put_in(connection: sa.Connection, row: Arrival, made: Made, *, now: float) -> None:
    """Put in, within a transaction, what no message of a person asked for just now: a service pushes it, or leaves it in the mailbox."""
    values = {
        "key": row.key,
        "received_at": now,
        "subject": row.subject,
        "owner": "",
        "claimed_at": 0.0,
        "kind": row.kind,
        "state": "done",
        "way": "push",
        "reply": "",
        "receiver": row.receiver,
        "parts": json.dumps(made.parts, ensure_ascii=False),
        "label": made.label,
        "offers": _dumped(made.offers),
    }
    connection.execute(sa.insert(MESSAGES).values(values))


# -- pushing -------------------------------------------------------------------------------------------------------


def begin_push(store: Store, key: str, *, owner: str, now: float) -> Row | None:
    """Take the answer for pushing, None where somebody else has it or it was shown; from now on a request for it gets silence."""

    def work(connection: sa.Connection) -> Row | None:
        free = sa.or_(MESSAGES.c.way.is_(None), MESSAGES.c.way.in_(("push", "mailbox")))
        update = sa.update(MESSAGES).where(MESSAGES.c.key == key, MESSAGES.c.state == "done", free)
        values = {"way": "pushing", "owner": owner, "claimed_at": now, "reply": sa.func.coalesce(MESSAGES.c.reply, "")}
        if connection.execute(update.values(values)).rowcount == 0:
            return None
        return _found(connection, key)

    return store.run(work)


def note_pushed(store: Store, key: str, shown: int, *, is_over: bool, now: float) -> None:
    """Note that so many parts have been shown; with *is_over* no more are pushed, the rest is had by asking for it."""

    def work(connection: sa.Connection) -> None:
        over = {"state": "sent", "way": None} if is_over else {}
        _update(connection, key, shown=shown, touched_at=now, claimed_at=now, **over)

    store.run(work)


def to_mailbox(store: Store, key: str) -> None:
    """Leave what was not shown of an answer for the person's next message."""
    update = sa.update(MESSAGES).where(MESSAGES.c.key == key, MESSAGES.c.state == "done").values(way="mailbox")
    store.run(lambda connection: connection.execute(update))


def mailbox(store: Store, subject: str) -> list[Row]:
    """Return what lies in a person's mailbox, oldest first."""
    return store.read(lambda connection: _mailbox(connection, subject))


class Swept(NamedTuple):
    """What a sweep found: messages taken over, to be answered, and answers that nobody will fetch, to be pushed or left in the mailbox."""

    taken: list[Row]
    due: list[Row]


def sweep(store: Store, *, owner: str, stale_after_s: float, over_after_s: float, now: float) -> Swept:
    """Find what was left lying: whose owner died, and whose requests are all over (*over_after_s* after it came).

    An answer whose pushing was broken off may have arrived or not: it lies in the mailbox from then on.
    """

    def work(connection: sa.Connection) -> Swept:
        stale = _stale(stale_after_s, now)
        connection.execute(sa.update(MESSAGES).where(MESSAGES.c.way == "pushing", stale).values(way="mailbox"))
        left = (
            sa.select(MESSAGES.c.key).where(_OPEN, stale, MESSAGES.c.body.is_not(None)).order_by(MESSAGES.c.received_at).limit(MOST_TAKEN)
        )
        keys = [key for key in connection.execute(left).scalars() if _claim(connection, key, owner, stale_after_s, now)]
        unfetched = sa.and_(MESSAGES.c.way.is_(None), MESSAGES.c.reply.is_(None), MESSAGES.c.received_at < now - over_after_s)
        due = sa.select(MESSAGES).where(MESSAGES.c.state == "done", sa.or_(unfetched, sa.and_(MESSAGES.c.way == "push", stale)))
        rows = connection.execute(due.order_by(MESSAGES.c.received_at).limit(MOST_TAKEN)).mappings()
        return Swept([_row(connection, key) for key in keys], [_to_row(row) for row in rows])

    return store.run(work)


def purge(store: Store, *, now: float) -> int:
    """Delete messages of more than a week ago, and the names of those who left more than a day ago; returns how many messages went."""

    def work(connection: sa.Connection) -> int:
        connection.execute(sa.delete(LEFT).where(LEFT.c.left_at < now - LEFT_KEPT_S))
        return int(connection.execute(sa.delete(MESSAGES).where(MESSAGES.c.received_at < now - KEPT_S)).rowcount)

    return store.run(work)


def forget(store: Store, subject: str, *, left_at: float) -> None:
    """Delete all that is kept of a person who unsubscribed; a message they sent before is not taken in again."""

    def work(connection: sa.Connection) -> None:
        insert = _insert(connection)(LEFT).values(who=subject, left_at=left_at)
        connection.execute(insert.on_conflict_do_update(index_elements=["who"], set_={"left_at": left_at}))
        delete_all_of(connection, subject)

    store.run(work)


# -- rows ----------------------------------------------------------------------------------------------------------


def _insert(connection: sa.Connection) -> Any:
    return postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert


def hold(connection: sa.Connection, subject: str) -> None:
    """Let nothing else be begun for a person until this transaction is over; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(subject))))


def _update(connection: sa.Connection, key: str, **values: Any) -> None:
    connection.execute(sa.update(MESSAGES).where(MESSAGES.c.key == key).values(values))


def _dumped(value: Mapping[str, Any]) -> str:
    return json.dumps(dict(value), ensure_ascii=False, sort_keys=True)


def _found(connection: sa.Connection, key: str) -> Row | None:
    row = connection.execute(_BY_KEY, {"key": key}).mappings().first()
    return _to_row(row) if row is not None else None


def _row(connection: sa.Connection, key: str) -> Row:
    return _to_row(connection.execute(_BY_KEY, {"key": key}).mappings().one())


def _of_subject(connection: sa.Connection, subject: str, *where: Any) -> list[Row]:
    query = sa.select(MESSAGES).where(MESSAGES.c.subject == subject, *where).order_by(MESSAGES.c.received_at)
    return [_to_row(row) for row in connection.execute(query).mappings()]


def _mailbox(connection: sa.Connection, subject: str) -> list[Row]:
    return [_to_row(row) for row in connection.execute(_IN_MAILBOX, {"subject": subject}).mappings()]


def _last_touched(connection: sa.Connection, subject: str, but: str, since: float = 0.0) -> Row | None:
    row = connection.execute(_LAST_TOUCHED, {"subject": subject, "but": but, "since": since}).mappings().first()
    return _to_row(row) if row is not None else None


def _to_row(row: Any) -> Row:
    return Row(
        key=row["key"],
        subject=row["subject"],
        kind=row["kind"],
        state=row["state"],
        way=row["way"],
        reply=row["reply"],
        owner=row["owner"],
        received_at=row["received_at"],
        claimed_at=row["claimed_at"],
        begins_at=row["begins_at"],
        receiver=row["receiver"],
        body=json.loads(row["body"]) if row["body"] else {},
        parts=tuple(json.loads(row["parts"])) if row["parts"] else (),
        label=row["label"] or "",
        offers=json.loads(row["offers"]) if row["offers"] else {},
        shown=row["shown"],
    )
