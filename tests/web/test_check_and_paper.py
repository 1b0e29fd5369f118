"""The forms of self-tests and papers over a real socket, without an index."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Iterator
from html import unescape
from io import StringIO
from typing import Any

import docx
import httpx
import pytest

from assistant import clock
from assistant.cli import main
from assistant.knowledge import load_local
from assistant.paperwork.plain_text import as_text
from assistant.paperwork.registry import PAPERS, fill, find_paper
from assistant.selftests.registry import SELFTESTS, examine, find_selftest
from tests.calculators.given import KNOWLEDGE, PARAMETERS
from tests.paperwork.given import sentinels
from tests.web.conftest import says_number, served, settings_for
from tests.web.test_public import Page
from tests.web.typing_in import as_typed

PAGES = {"accept": "text/html,application/xhtml+xml"}
LOCAL = load_local(KNOWLEDGE)
ADDRESSES = [*(f"/check/{selftest.name}" for selftest in SELFTESTS), *(f"/paper/{paper.name}" for paper in PAPERS)]
EACH_CHECK = [pytest.param(selftest.name, id=selftest.name) for selftest in SELFTESTS]
EACH_PAPER = [pytest.param(paper.name, id=paper.name) for paper in PAPERS]
HOSTILE = "\"><script>alert(1)</script><img src=x onerror='alert(1)'></textarea>"


@pytest.fixture(name="service", scope="module")
def _service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with (
        served(settings_for(tmp_path_factory.mktemp("forms"), knowledge_dir=KNOWLEDGE)) as address,
        httpx.Client(base_url=address, headers=PAGES, trust_env=False) as client,
    ):
        yield client


def send(service: httpx.Client, address: str, pairs: list[tuple[str, str]]) -> httpx.Response:
    return service.post(address, content=str(httpx.QueryParams(pairs)), headers={"Content-Type": "application/x-www-form-urlencoded"})


def words_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", page)).split())


def answers(name: str) -> dict[str, Any]:
    """An answer to every question of a self-test: yes, the first choice, the smallest number allowed."""
    values: dict[str, Any] = {}
    for field in find_selftest(name).inputs:
        values[field.name] = True if field.type == "boolean" else field.choices[0][0] if field.choices else str(field.low or 1)
    return values


def test_the_home_page_leads_to_every_form(service: httpx.Client) -> None:
    home = {str(link["href"]) for link in Page(service.get("/").text).all("a")}
    listed = {str(link["href"]) for address in ("/check", "/paper") for link in Page(service.get(address).text).all("a")}

    assert home >= {"/calc", "/check", "/paper"}
    assert listed >= set(ADDRESSES)


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_question_stands_on_its_form_and_may_stay_open(service: httpx.Client, address: str) -> None:
    kind, name = address[1:].split("/")
    inputs = (find_selftest(name) if kind == "check" else find_paper(name)).inputs
    page = service.get(address).text
    tags = Page(page).tags
    ids = [str(attributes["id"]) for _, attributes in tags if "id" in attributes]

    assert all(field.label in page and field.prompt in unescape(page) for field in inputs if field.type != "claims")
    assert len(ids) == len(set(ids))
    assert {name for _, attributes in tags for name in str(attributes.get("aria-describedby", "")).split()} <= set(ids)
    assert 'class="needed"' not in page
    assert send(service, address, []).status_code == 200


@pytest.mark.parametrize("name", EACH_CHECK)
@pytest.mark.parametrize("told", [{}, None], ids=["nothing told", "all told"])
def test_a_self_test_says_what_the_command_says(
    service: httpx.Client,
    name: str,
    told: dict[str, Any] | None,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    told = answers(name) if told is None else told
    response = send(service, f"/check/{name}", as_typed(find_selftest(name).inputs, told))
    monkeypatch.setenv("GONGHUI_KNOWLEDGE_DIR", str(KNOWLEDGE))
    monkeypatch.setattr(sys, "argv", ["gonghui", "selftest", name, "--json", "-"])
    monkeypatch.setattr(sys, "stdin", StringIO(json.dumps(told)))
    capsysbinary.readouterr()
    with pytest.raises(SystemExit):
        main()
    row = json.loads(capsysbinary.readouterr().out)
    text = words_of(response.text)

    assert response.status_code == 200
    assert row["says"] in text
    said = [*row["missing"], *row["steps"], *row["warnings"], *(one["text"] for one in row.get("reasons", ()))]
    said += [*row.get("papers", ()), *(words for item in row.get("items", ()) for words in (item["what"], item["why"], item["limit"]))]
    assert [one for one in said if one not in text] == []
    assert f"依据截至 {clock.today()} 即墨适用的规定，不是认定，仅供参考，不是律师意见）" in text


@pytest.mark.parametrize("name", EACH_PAPER)
def test_a_paper_is_shown_and_saved_with_all_that_was_typed(service: httpx.Client, name: str) -> None:
    paper = find_paper(name)
    told = {**sentinels(paper.inputs), "claims": [{"name": "unpaid_wages", "inputs": {"owed": 12345}}]}
    told = {key: value for key, value in told.items() if key in {field.name for field in paper.inputs}}
    pairs = as_typed(paper.inputs, told)
    page = send(service, f"/paper/{name}", pairs)
    form = page.text[page.text.index(f'action="/paper/{name}/paper.docx"') : page.text.index("存成 Word 文件")]
    hidden = [(str(one["name"]), str(one["value"])) for one in Page(form).all("input")]
    saved = send(service, f"/paper/{name}/paper.docx", hidden)
    written = fill(name, told, PARAMETERS, clock.today())
    words = "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(saved.content)).paragraphs)

    assert hidden == pairs
    assert unescape(page.text.split('<div class="sheet">')[1].split("</div>")[0]) == as_text(written)
    assert all(value in words for key, value in told.items() if isinstance(value, str) and value in as_text(written))
    assert saved.headers["content-type"].startswith("application/vnd.openxmlformats-officedocument.wordprocessingml.document")
    assert saved.headers["content-disposition"].startswith('attachment; filename="paper.docx"; filename*=UTF-8')
    assert page.headers["cache-control"] == saved.headers["cache-control"] == "private, no-store"


def test_a_list_gets_one_more_line_when_asked_and_keeps_what_was_typed(service: httpx.Client) -> None:
    pairs = [("name", "王小明"), ("evidence.1.name", "工资流水"), ("evidence.2.name", "合同"), ("go_on", "evidence")]
    page = send(service, "/paper/arbitration_application", pairs).text

    assert 'name="evidence.3.name"' in page
    assert 'name="evidence.4.name"' not in page
    assert all(f'value="{value}"' in page for value in ("王小明", "工资流水", "合同"))
    assert 'class="sheet"' not in page


@pytest.mark.parametrize(
    ("address", "pairs", "key", "says"),
    [
        pytest.param(
            "/check/hardship", [("people", "很多")], "people", "一起生活的人数要写 1 到 30 人的整数，您写的是 很多，请改。", id="a number"
        ),
        pytest.param(
            "/paper/injury_outline", [("name", "甲" * 61)], "name", "姓名要写 1 到 60 个字，您写了 61 个字，请写短一点。", id="too long"
        ),
        pytest.param(
            "/paper/arbitration_application",
            [("evidence.1.name", "流水"), ("evidence.2.proves", "乙" * 201)],
            "evidence.2.proves",
            "证据第 2 项：要证明什么要写 1 到 200 个字，您写了 201 个字，请写短一点。",
            id="in a list",
        ),
        pytest.param(
            "/paper/arbitration_application",
            [("claims", "unpaid_wages"), ("claims.unpaid_wages.owed", HOSTILE)],
            "claims.unpaid_wages.owed",
            '您写的是 "><script>alert(1)</…，请改。',
            id="markup in a sum",
        ),
    ],
)
def test_a_mistake_is_told_at_its_field_and_nothing_typed_is_lost(
    service: httpx.Client, address: str, pairs: list[tuple[str, str]], key: str, says: str
) -> None:
    response = send(service, address, pairs)
    (wrong,) = [one for _, one in Page(response.text).tags if "aria-invalid" in one]

    assert response.status_code == 400
    assert wrong["name"] == key
    assert says in words_of(response.text)
    assert all(unescape(f'value="{value}"') in unescape(response.text) for name, value in pairs if name != "claims")
    assert [script["src"] for script in Page(response.text).all("script")] == ["/static/page.js"]


def test_markup_that_is_typed_stays_text_on_the_page_and_on_the_paper(service: httpx.Client) -> None:
    for address in ("/paper/injury_outline", "/paper/injury_outline/paper.docx"):
        response = send(service, address, [("name", HOSTILE[:60]), ("facts", HOSTILE)])
        assert response.status_code == 200
        if address.endswith("outline"):
            assert [script["src"] for script in Page(response.text).all("script")] == ["/static/page.js"]
            assert Page(response.text).all("img") == []


def test_nothing_personal_is_logged(service: httpx.Client, capfd: pytest.CaptureFixture[str]) -> None:
    send(service, "/paper/injury_outline", [("name", "王小明"), ("id_number", "370282199001011233")])
    send(service, "/paper/injury_outline", [("name", "王小明"), ("birthday", "370282")])
    logged = "".join(capfd.readouterr())

    assert "/paper/injury_outline" in logged
    assert "王小明" not in logged
    assert not says_number("370282", logged + service.get("/metrics").text)


@pytest.mark.parametrize("address", ["/check/severance", "/paper/hardship", "/paper/%00", "/check/../../etc"])
def test_a_form_nobody_knows_gets_a_page_with_a_way_back(service: httpx.Client, address: str) -> None:
    for response in (service.get(address), service.post(address)):
        assert response.status_code == 404
        assert '<a class="button" href="/">' in response.text


@pytest.mark.parametrize("name", EACH_CHECK)
def test_what_is_left_open_is_told_to_nobody_as_no(service: httpx.Client, name: str) -> None:
    empty = send(service, f"/check/{name}", [(field.name, "") for field in find_selftest(name).inputs]).text

    assert examine(name, {}, LOCAL, clock.today()).says in words_of(empty)
