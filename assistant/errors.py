"""Every error the package raises on purpose.

AssistantError                  one sentence for a person: the cause and the next step
├── ConfigError                 a setting or an argument is wrong             (exit 2, HTTP 400)
├── KnowledgeError              a file of knowledge/ is wrong; has path:line  (exit 1)
├── DocumentError               a document cannot be imported                 (exit 1)
├── IndexMissing                no index yet                                  (exit 2, HTTP 503)
├── IndexBroken                 the index is half-built or damaged            (exit 2, HTTP 503)
├── ModelUnavailable            the language model gave no usable answer      (never leaves ask)
├── EmbeddingUnavailable        the embedding model failed                    (exit 3; search goes on without it)
└── StoreUnavailable            the database cannot be read or written        (exit 3, HTTP 503)
"""

from __future__ import annotations


class AssistantError(Exception):
    """Base of the tree; `str()` is one Chinese sentence that names the cause and the next step."""


class ConfigError(AssistantError):
    """A setting, an argument or a batch line is wrong."""


class KnowledgeError(AssistantError):
    """A knowledge file is wrong. Holds every problem found, one `path:line: reason` each."""

    def __init__(self, problems: list[str] | str) -> None:
        self.problems = [problems] if isinstance(problems, str) else problems
        super().__init__("\n".join(self.problems))


class DocumentError(AssistantError):
    """A document that was to be imported cannot be: nothing of it was taken."""


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
