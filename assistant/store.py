"""The database, and the answers given. Only here and in the modules `wechat_…` of tables: SQLAlchemy; only here: Alembic.

SQLite by default, in WAL mode with synchronous=FULL: what was committed survives a power cut. Nothing personal comes here
in clear: questions are masked before, senders are keyed hashes.
"""

from __future__ import annotations

import fcntl
import json
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from assistant.dialogue import FORGOTTEN
from assistant.errors import StoreUnavailable
from assistant.types import Answer, AsksBack, Citation, CitedArticle, Failure, Figure, Question, Section

METADATA = sa.MetaData()
# WeChat waits five seconds in all: a database somebody else holds must show itself well before.
BUSY_S = 1.5
# So many questions of a matter are remembered.
REMEMBERED = 8

ANSWERS = sa.Table(
    "answers",
    METADATA,
    sa.Column("token", sa.String(32), primary_key=True),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, index=True),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("subject", sa.String(64), nullable=True, index=True),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("outcome", sa.String(16), nullable=False, index=True),
    sa.Column("answer", sa.Text, nullable=False),
)

# The statements of every answer, made once: making one takes longer than SQLite needs to run it.
INSERT_ANSWER = sa.insert(ANSWERS)
_OF_SUBJECT = (ANSWERS.c.subject == sa.bindparam("of"), ANSWERS.c.created_at >= sa.bindparam("since"))
_LAST = sa.select(ANSWERS).where(*_OF_SUBJECT, ANSWERS.c.outcome != "crisis").order_by(ANSWERS.c.created_at.desc()).limit(1)
_RECENT = sa.select(ANSWERS).where(*_OF_SUBJECT).order_by(ANSWERS.c.created_at.desc()).limit(sa.bindparam("most", type_=sa.Integer))

# How an answer's JSON says it; quotation marks in what people write are escaped there, so nobody can type it.
_NOTHING_REFUSED = '"failures": []'

_UNUSABLE = "数据库读写失败，请检查 GONGHUI_DATABASE_URL 和磁盘"
# The number of the lock that PostgreSQL keeps for us.
_MIGRATING = 12351
Result = TypeVar("Result")


class Thread(NamedTuple):
    """What a next question may lean on: the masked questions before it, oldest first, and what was asked back (see `Question`)."""

    history: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    open_fork: str | None = None


class StoredAnswer(NamedTuple):
    """An answer as it was given, with the masked question and what that leaned on."""

    question: str
    answer: Answer
    created_at: datetime
    before: Thread = Thread()

    def thread(self) -> Thread:
        """Return what a question after this one may lean on; after "forget it" that is nothing."""
        if self.answer.reply_id == FORGOTTEN:
            return Thread()
        fork = self.answer.asks_back.fork if self.answer.asks_back else None
        asked = (*self.before.asked, fork) if fork else self.before.asked
        return Thread((*self.before.history, self.question)[-REMEMBERED:], asked, fork)


class Store:
    """One database. Every method raises StoreUnavailable where it cannot be reached, read or written."""

    def __init__(self, address: str) -> None:
        self._address = address
        try:
            self._engine = _engine(address)
        except (SQLAlchemyError, ValueError, ImportError) as error:
            raise StoreUnavailable("GONGHUI_DATABASE_URL 的写法不对或缺驱动，请检查") from error
        # SQLite has one writer at a time and lets the others sleep up to a tenth of a second each time they find it busy. Threads of
        # one process take turns here instead; it is processes that meet there.
        self._turn = threading.Lock() if self._engine.dialect.name == "sqlite" else None

    def migrate(self) -> None:
        """Bring the tables up to the newest revision; creates the SQLite file and its folder where missing."""

        def run() -> None:
            if (file := _file_of(self._engine.url)) is not None:
                file.parent.mkdir(parents=True, exist_ok=True)
            config = Config()
            config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
            with _alone(self._engine), self._engine.connect() as connection:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")

        self._guarded(run)

    def check_writable(self) -> None:
        """Prove that a row can be written, by writing one and deleting it again in one transaction, which nobody else sees.

        It is committed, for only that goes to the disk: of what is rolled back SQLite writes nothing.
        """
        now = datetime.now(timezone.utc)
        token = secrets.token_urlsafe(16)
        row = {"token": token, "created_at": now, "channel": "", "subject": None, "question": "", "outcome": "", "answer": ""}

        def work(connection: sa.Connection) -> None:
            connection.execute(INSERT_ANSWER, row)
            connection.execute(sa.delete(ANSWERS).where(ANSWERS.c.token == token))

        self.run(work)

    def run(self, work: Callable[[sa.Connection], Result]) -> Result:
        """Return what *work* returns; what it wrote is committed together, or not at all where it raises."""

        def run() -> Result:
            with self._in_turn(), self._engine.begin() as connection:
                return work(connection)

        return self._guarded(run)

    def read(self, work: Callable[[sa.Connection], Result]) -> Result:
        """Return what *work* reads; it waits for nobody who writes."""

        def run() -> Result:
            with self._engine.connect() as connection:
                return work(connection)

        return self._guarded(run)

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        if self._turn is None:
            yield
            return
        if not self._turn.acquire(timeout=BUSY_S):
            raise StoreUnavailable(_UNUSABLE)
        try:
            yield
        finally:
            self._turn.release()

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    # -- answers --

    def record(self, question: Question, answer: Answer) -> str:
        """Keep *answer* with its (already masked) question; returns the random token of its page."""
        row = answer_row(question, answer)
        self.run(lambda connection: connection.execute(INSERT_ANSWER, row))
        return str(row["token"])

    def find_answer(self, token: str) -> StoredAnswer | None:
        """Return the answer kept under *token*, or None."""

        def run() -> Any:
            with self._engine.connect() as connection:
                return connection.execute(sa.select(ANSWERS).where(ANSWERS.c.token == token)).mappings().first()

        row = self._guarded(run)
        return _stored(row) if row is not None else None

    def count_outcomes(self) -> dict[str, int]:
        """Return how many answers of each outcome are kept."""

        def run() -> dict[str, int]:
            with self._engine.connect() as connection:
                rows = connection.execute(sa.select(ANSWERS.c.outcome, sa.func.count()).group_by(ANSWERS.c.outcome))
                return {str(row[0]): int(row[1]) for row in rows}

        return self._guarded(run)

    def count_failures(self, since: datetime) -> dict[str, int]:
        """Return how often each check refused something in the answers kept since *since*, the most frequent first."""

        def run() -> dict[str, int]:
            query = sa.select(ANSWERS.c.answer).where(ANSWERS.c.created_at >= since, ANSWERS.c.answer.not_like(f"%{_NOTHING_REFUSED}%"))
            with self._engine.connect() as connection:
                failures = (failure for row in connection.execute(query) for failure in json.loads(row[0])["failures"])
                return dict(Counter(failure["check"] for failure in failures).most_common())

        return self._guarded(run)

    def thread(self, subject: str, *, since: datetime) -> Thread:
        """Return what *subject* said last, if that was since *since*; cries for help are no part of a matter."""

        def run() -> Any:
            with self._engine.connect() as connection:
                return connection.execute(_LAST, {"of": subject, "since": since}).mappings().first()

        row = self._guarded(run)
        return _stored(row).thread() if row is not None else Thread()

    def recent(self, subject: str, *, since: datetime, limit: int) -> list[StoredAnswer]:
        """Return the last answers that *subject* got since *since*, oldest first."""

        def run() -> list[StoredAnswer]:
            with self._engine.connect() as connection:
                rows = connection.execute(_RECENT, {"of": subject, "since": since, "most": limit}).mappings().all()
            return [_stored(row) for row in reversed(rows)]

        return self._guarded(run)

    def forget(self, subject: str) -> int:
        """Delete everything kept about *subject*; returns how many rows went."""
        return self.run(lambda connection: delete_all_of(connection, subject))

    def _guarded(self, run: Callable[[], Result]) -> Result:
        with _translated():
            return run()


def answer_row(question: Question, answer: Answer) -> dict[str, Any]:
    """Return the row that keeps *answer* with its (already masked) question, under a random token."""
    return {
        "token": secrets.token_urlsafe(16),
        "created_at": datetime.now(timezone.utc),
        "channel": question.channel,
        "subject": question.subject,
        "question": question.text,
        "outcome": answer.outcome,
        "answer": json.dumps(answer_to_json(answer) | {"history": question.history, "asked": question.asked or ()}, ensure_ascii=False),
    }


def delete_all_of(connection: sa.Connection, subject: str) -> int:
    """Delete the rows of *subject* in every table that names one; returns how many went."""
    tables = [table for table in METADATA.sorted_tables if "subject" in table.c]
    return sum(int(connection.execute(sa.delete(table).where(table.c.subject == subject)).rowcount) for table in tables)


def _file_of(url: sa.URL) -> Path | None:
    """Return the SQLite file of an address; None for a database in memory, one that SQLite opens by URI, or a server's."""
    if url.get_backend_name() != "sqlite" or not url.database or url.database.startswith((":memory:", "file:")):
        return None
    return Path(url.database)


@contextmanager
def _alone(engine: sa.Engine) -> Iterator[None]:
    """Let one process at a time change the tables: services that start together each find them missing."""
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            connection.execute(sa.select(sa.func.pg_advisory_lock(_MIGRATING)))
            try:
                yield
            finally:
                connection.execute(sa.select(sa.func.pg_advisory_unlock(_MIGRATING)))
        return
    file = _file_of(engine.url)
    if file is None:
        yield
        return
    with Path(f"{file}.migrating").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        raise StoreUnavailable(_UNUSABLE) from error


def _engine(address: str) -> sa.Engine:
    url = sa.make_url(address)
    if url.get_backend_name() != "sqlite":
        timeout = {"connect_timeout": 3} if url.get_backend_name() == "postgresql" else {}
        return sa.create_engine(url, pool_pre_ping=True, pool_timeout=3, connect_args=timeout)
    engine = sa.create_engine(url, poolclass=QueuePool, connect_args={"check_same_thread": False, "timeout": BUSY_S})

    @sa.event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={int(BUSY_S * 1000)}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine


def _stored(row: Any) -> StoredAnswer:
    kept = json.loads(row["answer"])
    before = Thread(tuple(kept.get("history", ())), tuple(kept.get("asked", ())))
    return StoredAnswer(row["question"], answer_from_json(kept, row["token"]), row["created_at"], before)


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """Return *answer* as plain JSON values; `answer_from_json` gives it back unchanged."""
    row = asdict(answer)
    row["as_of"] = answer.as_of.isoformat()
    row["citations"] = [item | {"citation": item["citation"]._asdict()} for item in row["citations"]]
    row["parts"] = [answer_to_json(part) for part in answer.parts]
    del row["token"]
    return row


def answer_from_json(row: dict[str, Any], token: str | None = None) -> Answer:
    """Return the answer that `answer_to_json` wrote."""
    return Answer(
        outcome=row["outcome"],
        short=row["short"],
        as_of=date.fromisoformat(row["as_of"]),
        region=row["region"],
        source=row["source"],
        sections=tuple(Section(item["kind"], tuple(item["items"])) for item in row["sections"]),
        citations=tuple(CitedArticle(Citation(**item["citation"]), item["text"], item["gist"]) for item in row["citations"]),
        figures=tuple(Figure(**item) for item in row["figures"]),
        guide_ids=tuple(row["guide_ids"]),
        notes=tuple(row["notes"]),
        suggestions=tuple(row["suggestions"]),
        reply_id=row["reply_id"],
        model=row["model"],
        prompt_hash=row["prompt_hash"],
        index_version=row["index_version"],
        failures=tuple(Failure(**item) for item in row["failures"]),
        asks_back=_asks_back(row.get("asks_back")),
        token=token,
        # Answers kept before there were several questions in one have neither.
        parts=tuple(answer_from_json(part) for part in row.get("parts", ())),
        matter=row.get("matter", ""),
        # Kept before told facts were looked up, an answer has no such sentence.
        applied=row.get("applied", ""),
        skill=row.get("skill"),
    )


def _asks_back(row: dict[str, Any] | None) -> AsksBack | None:
    """Answers kept before anything was asked back have no such row."""
    return AsksBack(row["fork"], row["question"], tuple(row["choices"])) if row else None
