"""The only place that wires adapters: settings → a working Assistant, and the check-up of one."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import hashlib
import hmac
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import structlog

from assistant import classifier, clock, generations, ingest
from assistant.ask import Assistant, History, no_timing
from assistant.embedding import Embedder, build_embedder, check_model
from assistant.errors import AssistantError, ConfigError, IndexBroken, IndexMissing, StoreUnavailable
from assistant.index import Index
from assistant.knowledge import load_local, load_replies
from assistant.library import Library
from assistant.llm import LanguageModel
from assistant.prompting import Template, parse_template
from assistant.settings import Settings, knowledge_dir, shipped
from assistant.spelling import Speller
from assistant.store import Store
from assistant.terms import Glossary
from assistant.types import Knowledge, Reply
from assistant.words import dictionary_words, tokens

log = structlog.get_logger(__name__)
READ_AHEAD_PAUSE_S = 0.02
RETIRED_AFTER_S = 30.0
# An index that could not be opened is tried again: its server may be back.
TRIED_AGAIN_AFTER_S = 60.0
# Reading ahead steps aside for whoever asks, but not for ever: under load without end it is done after some minutes.
QUIET_S, LONGEST_ASIDE_S = 0.25, 1.0


def load_template() -> Template:
    """Read the prompt the language model gets; raises ConfigError where it is damaged."""
    path = shipped("prompts") / "answer.md"
    try:
        return parse_template(path.read_text(encoding="utf-8"), path.stem)
    except (OSError, ValueError) as error:
        raise ConfigError(f"提示词 {path} 用不了：{error}") from error


def build_index(settings: Settings, progress: ingest.Progress | None = None) -> ingest.Built:
    """Build and publish the index of the knowledge folder."""
    folder = knowledge_dir(settings)
    check_model(settings.embedding)
    return ingest.build(
        folder,
        settings.data_dir,
        build_embedder(settings.embedding),
        chroma_url=settings.chroma_url,
        progress=progress,
        shipped=shipped("knowledge") / "vectors",
    )


@dataclass(frozen=True)
class Opened:
    """A generation opened for searching."""

    library: Library
    index: Index
    embedder: Embedder


def open_index(settings: Settings, split: Callable[[str], list[str]] = tokens) -> Opened:
    """Open the generation in use; raises IndexMissing or IndexBroken with the next step. *split* makes words of a text."""
    generation = generations.load(settings.data_dir)
    embedder = build_embedder(settings.embedding)
    if embedder.model_id != generation.manifest.model_id:
        raise IndexBroken("索引是用另一个向量模型建的，请运行 gonghui index build")
    index = Index(
        generation.passages,
        embedder.query,
        names=generations.collection_names(generation.manifest.version),
        sealed=None if settings.chroma_url else generation.path / "chroma",
        copies=settings.data_dir / "index" / "open",
        server=settings.chroma_url,
        match=generation.learned.matcher.found,
        mend=Speller(generation.lexicon, generation.learned.matcher.count, dictionary_words).mend,
        expand=Glossary(generation.knowledge.terms).expand,
        classify=generation.learned.classifier.probabilities,
        within=generation.learned.within.shares,
        alarm=partial(classifier.alarm, generation.learned.alarm),
        foreign=partial(classifier.foreign, generation.learned.foreign),
        split=split,
        words=generation.words if split is tokens else None,
        rows=generation.rows,
        keywords=ingest.keywords(generation.knowledge),
    )
    return Opened(Library(generation.knowledge, generation.articles, generation.manifest.version), index, embedder)


def build_chat_model(settings: Settings) -> LanguageModel | None:
    """Return the language model, or None where none is set."""
    if not settings.has_llm:
        return None
    return LanguageModel(
        base_url=settings.llm_base_url,
        model=settings.llm_model,
        api_key=settings.llm_api_key.get_secret_value(),
        timeout_s=settings.llm_timeout_s,
    )


def build_assistant(settings: Settings, *, history: History | None = None, opened: Opened | None = None) -> Assistant:
    """Return a complete Assistant; raises what is wrong with the index (see `Desk` for one that starts all the same)."""
    opened = opened or open_index(settings)
    chat_model = build_chat_model(settings)
    return Assistant(
        replies=load_replies(knowledge_dir(settings)),
        library=opened.library,
        retriever=opened.index,
        chat_model=chat_model,
        template=load_template() if chat_model else None,
        history=history,
    )


def open_store(settings: Settings) -> Store:
    """Open the database and bring its tables up to date."""
    store = Store(settings.database)
    store.migrate()
    return store


@contextlib.contextmanager
def opened_store(settings: Settings) -> Iterator[Store]:
    """The database for one command, closed afterwards."""
    store = open_store(settings)
    try:
        yield store
    finally:
        store.close()


class Desk:
    """What a service holds: the Assistant of the generation in use, renewed when another one is published.

    It starts whatever is broken: without an index it still answers emergencies and says where to turn; `problem` says why.
    """

    def __init__(self, settings: Settings, *, history: History | None, on_timing: Callable[[str, float], None] = no_timing) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._opened: Opened | None = None
        self._tried = ("", 0)
        self._tried_at = 0.0
        self._retired: list[Opened] = []
        self._local: Knowledge | None = None
        self._last_asked = 0.0
        self.problem = ""
        self._chat_model = build_chat_model(settings)
        self._assistant = Assistant(
            replies=_replies_or_shipped(settings),
            chat_model=self._chat_model,
            template=load_template() if self._chat_model else None,
            history=history,
            on_timing=partial(self._timed, on_timing),
        )
        self.renew()

    def _timed(self, on_timing: Callable[[str, float], None], step: str, seconds: float) -> None:
        self._last_asked = time.monotonic()
        on_timing(step, seconds)

    @property
    def is_model_paused(self) -> bool:
        """Whether there is a language model that failed so often that it is left alone for a while."""
        return self._chat_model is not None and self._chat_model.is_paused

    @property
    def searches_without(self) -> tuple[str, ...]:
        """What the last search had to do without: embedding, vectors."""
        return self._opened.index.without if self._opened is not None else ()

    @property
    def assistant(self) -> Assistant:
        """The Assistant to ask; one asked earlier goes on working with the generation it began with."""
        return self._assistant

    @property
    def knowledge(self) -> Knowledge:
        """What sums and self-tests rest on: of the generation in use; without one, of the knowledge folder, or of the package itself."""
        if self._opened is not None:
            return self._opened.library.knowledge
        if self._local is None:
            self._local = _local_or_shipped(self._settings)
        return self._local

    def warm_up(self) -> None:
        """Load the embedding model before the first worker waits for it, and give back what loading took for a moment.

        Where it cannot be loaded, the service searches by words alone, and every search says so.
        """
        if self._opened is not None:
            self._opened.index.search("工资")
            if self.searches_without:
                log.error("search_degraded", without=self.searches_without)
        _settle_memory()

    def read_ahead(self) -> None:
        """Prove each guide's answer for today, with a pause before each: whoever asks first then waits no longer than the next one.

        The first answer made from a guide takes three times as long as later ones, which find its lines read (`text.REMEMBERED`).
        While questions come in, each guide waits for a quiet moment, a second at most.
        """
        if (library := self._assistant.library) is None:
            return
        for guide in library.guides.values():
            if self._assistant.library is not library or self._is_closed_while_waiting():
                return
            if guide.in_use(clock.today()) and (refused := library.guide_failures(guide, clock.today())):
                log.warning("guide_refused_today", guide=guide.id, checks=[failure.check for failure in refused])
        gc.freeze()  # what was read stays as well

    def _is_closed_while_waiting(self) -> bool:
        until = time.monotonic() + LONGEST_ASIDE_S
        while not self._closing.wait(READ_AHEAD_PAUSE_S):
            now = time.monotonic()
            if now >= until or now - self._last_asked >= QUIET_S:
                return False
        return True

    def renew(self) -> bool:
        """Open the generation now in use if it is not the one held; says whether anything changed."""
        with self._lock:
            try:
                published = generations.published(self._settings.data_dir)
                if self._opened is not None and published[0] == self._opened.library.version:
                    return False
                if published == self._tried and time.monotonic() - self._tried_at < TRIED_AGAIN_AFTER_S:
                    return False
                self._tried, self._tried_at = published, time.monotonic()
                opened = open_index(self._settings)
            except AssistantError as error:
                if str(error) != self.problem:
                    log.error("index_not_opened", error=str(error))
                self.problem = str(error)
                return False
            old, self._opened = self._opened, opened
            replies = _replies_or_shipped(self._settings)
            self._assistant = replace(self._assistant, library=opened.library, retriever=opened.index, replies=replies)
            self.problem = ""
        if old is not None:
            self._retired.append(old)
            del old
            # Readers that hold it finish within seconds.
            closing = threading.Timer(RETIRED_AFTER_S, self._retire)
            closing.daemon = True
            closing.start()
        return True

    def _retire(self) -> None:
        """Close what nobody reads any more; nothing may hold it when all that was to stay is looked through once more."""
        self._retired.pop(0).index.close()
        gc.unfreeze()
        _settle_memory()

    def close(self) -> None:
        """Give back what the index holds."""
        self._closing.set()
        if self._opened is not None:
            self._opened.index.close()


def _settle_memory() -> None:
    """Look no more for garbage in what stays, and hand freed memory to the system.

    Python would go through half a million objects of the index again and again, and nobody is answered meanwhile for a quarter of a
    second. glibc would keep 200 MB after the encoder is loaded; elsewhere nothing happens.
    """
    gc.collect()
    gc.freeze()
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)


def _replies_or_shipped(settings: Settings) -> dict[str, Reply]:
    """Emergencies are answered even where the edited replies are broken: then from those that came with the package."""
    try:
        return load_replies(knowledge_dir(settings))
    except AssistantError as error:
        log.error("replies_broken", error=str(error))
        return load_replies(shipped("knowledge"))


def _local_or_shipped(settings: Settings) -> Knowledge:
    try:
        return load_local(knowledge_dir(settings))
    except AssistantError as error:
        log.error("local_knowledge_broken", error=str(error))
        return load_local(shipped("knowledge"))


def secret_key(settings: Settings) -> bytes:
    """Return the key for hashing senders: the one set, else one made once and kept in the data folder (mode 600)."""
    if value := settings.secret_key.get_secret_value():
        return value.encode()
    path = settings.data_dir / "secret_key"
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        with (
            contextlib.suppress(FileExistsError),
            os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file,
        ):
            file.write(secrets.token_hex(32))
        return path.read_text(encoding="ascii").strip().encode()
    except OSError as error:
        raise StoreUnavailable(f"写不了 {path}（{error.strerror}），请检查 GONGHUI_DATA_DIR 或设置 GONGHUI_SECRET_KEY") from error


def subject_of(key: bytes, sender: str) -> str:
    """Return the pseudonym under which a sender's messages are kept: HMAC-SHA256, 32 hexadecimal digits."""
    return hmac.new(key, sender.encode(), hashlib.sha256).hexdigest()[:32]


def build_if_missing(settings: Settings, announce: Callable[[str], None], progress: ingest.Progress | None = None) -> None:
    """Build the index where there never was one, and say so through *announce* first."""
    try:
        generations.current_version(settings.data_dir)
    except IndexMissing as error:
        announce(f"{error}；这次先替您建好（要两三分钟）……")
        build_index(settings, progress)
