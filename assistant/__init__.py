"""即墨区总工会职工法律与福利问答: the names other code uses. Importing this loads no heavy library.

Ask:      Assistant, Question, Answer          (ask.py, types.py; made by build.build_assistant)
Knowledge: Guide, Instrument, Parameter        (types.py; read by knowledge.load_knowledge)
Errors:   AssistantError and its tree          (errors.py)
"""

from __future__ import annotations

from assistant.errors import AssistantError, ConfigError, IndexBroken, IndexMissing, KnowledgeError, StoreUnavailable
from assistant.types import Answer, Citation, Guide, Instrument, Parameter, Passage, Question

__version__ = "0.1.0"
__all__ = [
    "Answer",
    "AssistantError",
    "Citation",
    "ConfigError",
    "Guide",
    "IndexBroken",
    "IndexMissing",
    "Instrument",
    "KnowledgeError",
    "Parameter",
    "Passage",
    "Question",
    "StoreUnavailable",
]
