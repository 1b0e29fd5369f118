"""Every error the package raises on purpose.

AssistantError                  one sentence for a person: the cause and the next step
├── ConfigError                 a setting or an argument is wrong             (exit 2, HTTP 400)
│   └── InputError              a calculator or a self-test was told what it cannot use; has field
├── KnowledgeError              a file of knowledge/ is wrong; has path:line  (exit 1)
├── DocumentError               a document cannot be imported                 (exit 1)
├── PictureRefused              a picture cannot be read; says so to a worker (never leaves the channel)
├── IndexMissing                no index yet                                  (exit 2, HTTP 503)
├── IndexBroken                 the index is half-built or damaged            (exit 2, HTTP 503)
├── ModelUnavailable            the language model gave no usable answer      (never leaves ask)
├── EmbeddingUnavailable        the embedding model failed                    (exit 3; search goes on without it)
├── StoreUnavailable            the database cannot be read or written        (exit 3, HTTP 503)
└── PlatformError               the 公众号 platform refused a call; has reason (exit 1)
    ├── PlatformMisconfigured   it does not know us or our address            (exit 2)
    └── PlatformUnavailable     it cannot be reached, is busy, or lets nobody (exit 3)
"""

from __future__ import annotations

from enum import StrEnum


class AssistantError(Exception):
    """Base of the tree; `str()` is one Chinese sentence that names the cause and the next step."""


class ConfigError(AssistantError):
    """A setting, an argument or a batch line is wrong."""


class InputError(ConfigError):
    """Something told to a calculator or a self-test is wrong: one sentence that names the field and what is allowed."""

    def __init__(self, field: str, says: str) -> None:
        self.field = field
        super().__init__(says)


class KnowledgeError(AssistantError):
    """A knowledge file is wrong. Holds every problem found, one `path:line: reason` each."""

    def __init__(self, problems: list[str] | str) -> None:
        self.problems = [problems] if isinstance(problems, str) else problems
        super().__init__("\n".join(self.problems))


class DocumentError(AssistantError):
    """A document that was to be imported cannot be: nothing of it was taken."""


class PictureRefused(AssistantError):
    """A picture somebody sent cannot be fetched or read; `str()` is what that person is told."""


class IndexMissing(AssistantError):
    """There is no index to search."""


class IndexBroken(AssistantError):
    """The current index generation cannot be used."""


class ModelUnavailable(AssistantError):
    """The language model timed out, refused, or broke off."""


class EmbeddingUnavailable(AssistantError):
    """The embedding model cannot be loaded or failed on a text."""


class StoreUnavailable(AssistantError):
    """The database cannot be reached, read or written."""


class Refusal(StrEnum):
    """What became of a call to the 公众号 platform that did not succeed; `web.wechat.errcodes` says which number means which."""

    UNREACHABLE = "unreachable"  # no answer, or one that is not the platform's: a message sent may have arrived or not
    BUSY = "busy"
    QUOTA = "quota"
    TOKEN = "token"  # noqa: S105 - the token was refused, and the renewed one too
    ADDRESS = "address"  # our IP address is not on the list kept in the console
    CREDENTIALS = "credentials"
    PERMISSION = "permission"  # the account may not use this: not verified (认证)
    WINDOW = "window"  # this person may not be written to now: too late, or too often
    CONTENT = "content"
    RECEIVER = "receiver"
    TYPING = "typing"
    MENU = "menu"
    UNKNOWN = "unknown"


class PlatformError(AssistantError):
    """The 公众号 platform did not do what was asked. Neither token, secret nor receiver is in it."""

    def __init__(self, says: str, reason: Refusal, code: int | None = None) -> None:
        self.reason, self.code = reason, code
        super().__init__(says)


class PlatformMisconfigured(PlatformError):
    """The platform does not know us: AppID, AppSecret or our IP address."""


class PlatformUnavailable(PlatformError):
    """The platform cannot be reached or takes no call now."""


_EXIT_CODES: tuple[tuple[type[AssistantError], int], ...] = (
    (StoreUnavailable, 3),
    (EmbeddingUnavailable, 3),
    (PlatformUnavailable, 3),
    (ConfigError, 2),
    (PlatformMisconfigured, 2),
    (IndexMissing, 2),
    (IndexBroken, 2),
)


def exit_code(error: AssistantError) -> int:
    """Return how a command ends with *error*: 1 the work failed, 2 usage or configuration, 3 something outside."""
    return next((code for kind, code in _EXIT_CODES if isinstance(error, kind)), 1)
