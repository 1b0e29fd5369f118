"""The forms of sums and deadlines over a real socket, without an index: the figures are those of the knowledge folder."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from html import unescape
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant import clock
from assistant.calculators.registry import CALCULATORS, find_calculator
from assistant.calculators.sheet_text import shown
from assistant.calculators.values import Input
from assistant.cli import main
from tests.calculators.given import KNOWLEDGE
from tests.web.conftest import says_number, served, settings_for
from tests.web.test_public import Page
from tests.web.typing_in import as_typed

PAGES = {"accept": "text/html,application/xhtml+xml"}
SEVERANCE = {"reason": "unlawful", "start": "2023-03-01", "end": "2026-10-31", "average_wage": 5000}
UNSIGNED = {"start": "2024-01-01", "end": "2024-02-29", "monthly_wage": 4000, "asked": "2025-02-28"}
LEAVE = {"total_years": 3, "wage": 6525, "year": 2025}
LEFT = {"event": "left_job", "happened": clock.today().isoformat()}
# A worked example of each, and its total where it does not depend on the day of the test.
EXAMPLES: dict[str, tuple[dict[str, Any], str | None]] = {
    "severance": (SEVERANCE, "40000元"),
    "unsigned_contract": (UNSIGNED, "4000元"),
    "overtime": ({"monthly_wage": 4350, "worked_days": ["2026-10-01", "2026-10-02", "2026-10-03"]}, "1800元"),
    "unpaid_wages": ({"owed": 15000, "ordered": True}, "22500元"),
    "minimum_wage": ({"kind": "part_time", "paid": 20, "count": 80, "month": "2026-10-31"}, "320元"),
    "probation": ({"contract_months": 12, "wage": 5000, "served_months": 3, "probation_wage": 3000, "month": "2026-10-31"}, "7000元"),
    "annual_leave": (LEAVE, "3000元"),
    "sick_leave": ({"total_years": 3, "company_years": 2, "sick_months": 3, "paid": 1500, "month": "2026-10-31"}, "1260元"),
    "maternity": ({"employer_average_wage": 6000, "own_wage": 9000}, "47400元"),
    "work_injury": ({"grade": 10, "own_wage": 5000, "leave_months": 3, "monthly_wage": 6000}, "53000元"),
    "unemployment": ({"insured_years": 3, "reason": "dismissed", "left_over_months": 6, "ended": "2026-10-31"}, "38880元"),
    "retirement": ({"kind": "male", "birth": "1976-08-15"}, "2039年7月15日"),
    "social_insurance": ({"wage": 6000, "month": "2026-10-31"}, "623元/月"),
    "social_insurance_gap": ({"first": "2026-01-01", "last": "2026-10-31", "wage": 6000}, "14916元"),
    "annual_bonus_or_commission": ({"kind": "commission", "agreed": "agreed", "sales": "99999.99", "rate": 1.5}, "1500元"),
    "arbitration_claim": (
        {
            "claims": [
                {"name": "severance", "inputs": SEVERANCE},
                {"name": "unsigned_contract", "inputs": UNSIGNED},
                {"name": "overtime", "inputs": {"monthly_wage": 4350, "rest_day_hours": 80}},
                {"name": "annual_leave", "inputs": LEAVE},
            ]
        },
        "51000元",
    ),
    "deadline": (LEFT, None),
}
EACH = [pytest.param(name, id=name) for name in EXAMPLES]


@pytest.fixture(name="service", scope="module")
def _service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with (
        served(settings_for(tmp_path_factory.mktemp("calc"), knowledge_dir=KNOWLEDGE)) as address,
        httpx.Client(base_url=address, headers=PAGES, trust_env=False) as client,
    ):
        yield client


def send(service: httpx.Client, name: str, pairs: list[tuple[str, str]]) -> httpx.Response:
    """Send the form as a browser does."""
    return service.post(
        f"/calc/{name}", content=str(httpx.QueryParams(pairs)), headers={"Content-Type": "application/x-www-form-urlencoded"}
    )


def example(service: httpx.Client, name: str) -> httpx.Response:
    return send(service, name, as_typed(find_calculator(name).inputs, EXAMPLES[name][0]))


def sum_of(page: str) -> str:
    found = re.search(r'<p class="sum">.*?<strong>(.*?)</strong>', page)
    assert found, page[:2000]
    return found[1]


def fields(page: str) -> dict[str, str]:
    """What stands in the form: typed texts, chosen choices, ticks."""
    form = page[page.index('<form class="told"') :]
    values = {str(one["name"]): str(one["value"]) for one in Page(form).all("input") if one["type"] in {"text", "date"} or "checked" in one}
    areas = re.findall(r'<textarea id="in-[^"]*" name="([^"]+)"[^>]*>\n(.*?)</textarea>', form, re.DOTALL)
    return {key: value for key, value in {**values, **{key: unescape(text) for key, text in areas}}.items() if value}


def problem(page: str) -> str:
    """The sentence at the field; that above the form is the same."""
    (above,) = re.findall(r'<p class="problem" role="alert">(.*?)</p>', page)
    above = re.sub(r"<[^>]+>", "", above)
    assert all(one == above for one in re.findall(r'<p class="problem" id="[^"]*">(.*?)</p>', page))
    return unescape(above)


# -- the list and the forms ------------------------------------------------------------------------------------


def test_the_home_page_leads_to_the_list_and_the_list_to_every_form(service: httpx.Client) -> None:
    assert "/calc" in {link["href"] for link in Page(service.get("/").text).all("a")}
    links = {str(link["href"]) for link in Page(service.get("/calc").text).all("a")}

    assert links >= {f"/calc/{calculator.name}" for calculator in CALCULATORS}


@pytest.mark.parametrize("name", EACH)
def test_every_declared_input_stands_on_its_form_with_label_question_and_unit(service: httpx.Client, name: str) -> None:
    response = service.get(f"/calc/{name}")
    page = response.text

    assert response.status_code == 200
    for field in find_calculator(name).inputs:
        if field.type != "claims":
            assert f'name="{field.name}"' in page
            assert f'aria-describedby="hint-{field.name}"' in page
            assert re.search(rf'<p class="hint" id="hint-{field.name}">{re.escape(field.prompt)}', page)
            assert all(label in page for _, label in field.choices)
            assert heading(field) in page


def heading(field: Input) -> str:
    unit = f'<span class="unit">（{field.unit}）</span>' if field.unit else ""
    return f"{field.label}{unit}" + ('<span class="needed">必填</span>' if field.is_needed else "")


@pytest.mark.parametrize("name", EACH)
def test_every_field_has_a_label_or_a_legend_and_every_reference_its_end(service: httpx.Client, name: str) -> None:
    for page in (service.get(f"/calc/{name}").text, example(service, name).text, send(service, name, [("x", "y")]).text):
        tags = Page(page).tags
        ids = [str(attributes["id"]) for _, attributes in tags if "id" in attributes]
        named = {attributes.get("for") for tag, attributes in tags if tag == "label"}

        assert len(ids) == len(set(ids))
        assert {name for _, attributes in tags for name in str(attributes.get("aria-describedby", "")).split()} <= set(ids)
        asked = [attributes for tag, attributes in tags if tag == "textarea" or (tag == "input" and attributes["type"] in {"text", "date"})]
        assert {attributes["id"] for attributes in asked} <= named
        assert page.count("<fieldset") == page.count("<legend>") == page.count("</fieldset>")


@pytest.mark.parametrize("name", EACH)
def test_no_form_needs_a_script(service: httpx.Client, name: str) -> None:
    page = example(service, name).text
    buttons = [attributes for tag, attributes in Page(page).tags if tag == "button"]

    assert buttons
    assert all(attributes.get("type", "submit") == "submit" for attributes in buttons)
    assert [script["src"] for script in Page(page).all("script")] == ["/static/page.js"]
    assert {form["method"] for form in Page(page).all("form")} == {"post"}


# -- results ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EACH)
def test_a_worked_example_comes_to_what_the_command_says(
    service: httpx.Client, name: str, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    told, total = EXAMPLES[name]
    response = example(service, name)
    row = by_command(name, told, monkeypatch, capsysbinary)

    assert response.status_code == 200
    written = row["total"]
    amount = date.fromisoformat(written) if row["unit"] == "日期" else Decimal(written)
    assert sum_of(response.text) == shown(amount, row["unit"])
    assert total is None or sum_of(response.text) == total
    text = unescape(re.sub(r"<[^>]+>", "", response.text))
    assert all(line["formula"] in text and line["label"] in text for line in row["lines"])
    assert all(sentence in text for sentence in (*row["assumptions"], *row["warnings"]))


def by_command(
    name: str, told: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> dict[str, Any]:
    monkeypatch.setenv("GONGHUI_KNOWLEDGE_DIR", str(KNOWLEDGE))
    monkeypatch.setattr(sys, "argv", ["gonghui", "calc", name, "--json", "-"])
    monkeypatch.setattr(sys, "stdin", StringIO(json.dumps(told)))
    capsysbinary.readouterr()
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    return dict(json.loads(capsysbinary.readouterr().out))


@pytest.mark.parametrize("name", EACH)
def test_what_was_typed_stays_in_the_form(service: httpx.Client, name: str) -> None:
    pairs = as_typed(find_calculator(name).inputs, EXAMPLES[name][0])
    kept = fields(example(service, name).text)

    assert [(key, kept.get(key)) for key, _ in pairs if key != "claims"] == [
        (key, value.replace("\r\n", "\n") if "\n" not in (kept.get(key) or "") else kept[key]) for key, value in pairs if key != "claims"
    ]


def test_the_sum_comes_first_then_the_variants_then_line_by_line_with_articles(service: httpx.Client) -> None:
    page = example(service, "unpaid_wages").text
    order = ['class="sum"', 'class="variants"', 'class="lines"', 'class="notes"', "<h2>说明</h2>", 'class="made"', 'class="told"']

    assert [page.index(part) for part in order] == sorted(page.index(part) for part in order)
    assert "加付按最多的算：<strong>30000元</strong>" in page
    assert "依据：《劳动合同法》第三十条" in page
    assert f"（本结果由程序自动计算，依据截至 {clock.today()} 即墨适用的规定，仅供参考，不是律师意见）" in page


def test_where_several_pay_the_page_says_who_pays_how_much(service: httpx.Client) -> None:
    assert '<p class="applied">其中单位付 18000元，基金付 35000元。</p>' in example(service, "work_injury").text
    assert "其中" not in example(service, "severance").text.split('class="lines"')[0]


def test_where_there_is_no_sum_the_page_says_so(service: httpx.Client) -> None:
    page = send(service, "minimum_wage", [("paid", "2000"), ("month", "2025-09-30")]).text

    assert '<p class="sum">算不出来，看下面的说明</p>' in page


def test_a_result_is_neither_cached_nor_found_by_search_engines(service: httpx.Client) -> None:
    for response in (example(service, "severance"), send(service, "severance", [("start", "x")])):
        assert response.headers["cache-control"] == "private, no-store"
        assert response.headers["x-robots-tag"] == "noindex"
        assert "default-src 'none'" in response.headers["content-security-policy"]
        assert "set-cookie" not in response.headers


def test_nothing_that_is_typed_is_logged_or_counted(service: httpx.Client, capfd: pytest.CaptureFixture[str]) -> None:
    send(service, "severance", [*as_typed(find_calculator("severance").inputs, {**SEVERANCE, "average_wage": "7654.32"}), ("city", "8765")])
    send(service, "severance", as_typed(find_calculator("severance").inputs, {**SEVERANCE, "average_wage": "7654.32"}))
    logged = "".join(capfd.readouterr())

    assert "/calc/severance" in logged
    assert not says_number("7654", logged + service.get("/metrics").text)
    assert not says_number("8765", logged)


def test_sums_are_counted_by_name_and_mistakes_are_not(service: httpx.Client) -> None:
    def counted() -> float:
        return sum(float(n) for n in re.findall(r'gonghui_skills_total\{channel="web",name="retirement",skill="calc"\} (\S+)', metrics()))

    def metrics() -> str:
        return service.get("/metrics").text

    before = counted()
    example(service, "retirement")
    send(service, "retirement", [("birth", "x")])
    service.post("/calc/no-such-sum")

    assert counted() == before + 1
    assert "no-such-sum" not in metrics()


# -- mistakes --------------------------------------------------------------------------------------------------

HOSTILE = "\"><script>alert(1)</script><img src=x onerror='alert(1)'>"
WRONG = [
    pytest.param({"average_wage": ""}, "average_wage", "还差月平均工资或每月工资，要写 0 到 1000000 元的数，请改。", id="empty"),
    pytest.param({"average_wage": "-5"}, "average_wage", "月平均工资要写 0 到 1000000 元的数，您写的是 -5，请改。", id="negative"),
    pytest.param({"average_wage": "9" * 400}, "average_wage", f"您写的是 {'9' * 20}…，请改。", id="huge"),
    pytest.param({"average_wage": "五千"}, "average_wage", "您写的是 五千，请改。", id="text"),
    pytest.param({"average_wage": HOSTILE}, "average_wage", '您写的是 "><script>alert(1)</…，请改。', id="markup"),
    pytest.param({"start": HOSTILE}, "start", "入职的日子要写 1980-01-01 到 ", id="markup for a day"),
    pytest.param({"wages": f"5000\n{HOSTILE}"}, "wages", "每月工资要写 0 到 1000000 元的数，一行一个，最多 12 个", id="markup in a list"),
    pytest.param({"wages": "</textarea><b>1</b>"}, "wages", "每月工资要写 ", id="the end of the list's box"),
    pytest.param({"start": "2023-02-30"}, "start", "入职的日子要写 1980-01-01 到 ", id="30 February"),
    pytest.param({"end": "2023-02-28"}, "end", "离开的日子要在入职的日子2023-03-01 当天或以后，请改。", id="days in the wrong order"),
    pytest.param({"average_wage": "a\x00b\u202ec"}, "average_wage", "您写的是 a\ufffdb c，请改。", id="control characters"),
]


@pytest.mark.parametrize(("changed", "key", "says"), WRONG)
def test_a_mistake_is_told_at_its_field_and_nothing_typed_is_lost(
    service: httpx.Client, changed: dict[str, str], key: str, says: str
) -> None:
    told = {**{name: str(value) for name, value in SEVERANCE.items()}, "city_average_wage": "8000", **changed}
    response = send(service, "severance", list(told.items()))
    page = response.text
    (wrong,) = [one for tag, one in Page(page).tags if "aria-invalid" in one]

    assert response.status_code == 400
    assert says in problem(page)
    assert (wrong["name"], wrong["aria-describedby"], "autofocus" in wrong) == (key, f"hint-{key} problem-{key}", True)
    assert page.count("autofocus") == 1
    assert fields(page) == {name: value.replace("\x00", "\ufffd") for name, value in told.items() if value}
    assert f'<a href="#in-{key}">' in page
    assert [script["src"] for script in Page(page).all("script")] == ["/static/page.js"]
    assert Page(page).all("img") == Page(page).all("b") == []
    assert "Traceback" not in page


@pytest.mark.parametrize(
    ("pairs", "says"),
    [
        pytest.param([], "还差怎么离开的，要选一个，请补上。", id="nothing at all"),
        pytest.param([("start", "2020-01-01"), ("start", "2021-01-01")], "入职的日子写了两次，请只写一次。", id="twice"),
        pytest.param([("strat", "2020-01-01")], "没有“strat”这一项，请在这一页上重新填。", id="unknown"),
        pytest.param([(HOSTILE, "1")], '没有“"><script>alert(1)</”这一项，请在这一页上重新填。', id="an unknown one with markup"),
        pytest.param([("reason", "x")], "怎么离开的要选一个，您写的是 x，请改。", id="no such choice"),
    ],
)
def test_a_form_that_is_not_ours_gets_one_sentence(service: httpx.Client, pairs: list[tuple[str, str]], says: str) -> None:
    response = send(service, "severance", pairs)

    assert (response.status_code, problem(response.text)) == (400, says)
    assert "<script>alert" not in response.text


def test_a_mistake_where_fields_are_folded_away_opens_them(service: httpx.Client) -> None:
    page = send(service, "severance", [*as_typed(find_calculator("severance").inputs, SEVERANCE), ("last_month_wage", "x")]).text

    assert '<details class="folded" open>' in page
    assert '<details class="folded">' in service.get("/calc/severance").text


def test_a_form_as_long_as_a_body_may_be_is_shown_again_whole(service: httpx.Client) -> None:
    page = send(service, "severance", [("average_wage", "5" * 200_000)]).text

    assert fields(page)["average_wage"] == "5" * 200_000


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        pytest.param(b"a=" + b"x" * 1_000_000, "application/x-www-form-urlencoded", 413, id="1 MB"),
        pytest.param(b"&".join(b"a=1" for _ in range(2000)), "application/x-www-form-urlencoded", 400, id="2000 fields"),
        pytest.param(b"{}", "application/json", 400, id="JSON"),
        pytest.param(b"\xff\xfe=%ff%fe", "application/x-www-form-urlencoded", 400, id="not UTF-8"),
        pytest.param(b"--x\r\n", "multipart/form-data; boundary=x", 400, id="half of a form"),
        pytest.param(
            b'--x\r\nContent-Disposition: form-data; name="start"; filename="a"\r\n\r\nabc\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
            400,
            id="a file",
        ),
    ],
)
def test_a_body_that_is_no_form_gets_a_sentence(service: httpx.Client, body: bytes, kind: str, status: int) -> None:
    response = service.post("/calc/severance", content=body, headers={"Content-Type": kind})

    assert response.status_code == status
    assert re.search(r"[\u4e00-\u9fff]{3}", response.text)
    assert "Traceback" not in response.text


@pytest.mark.parametrize("name", ["severence", "..%2F..%2Fetc", "%00", "x" * 500, "<b>"])
def test_a_sum_nobody_knows_gets_a_page_with_a_way_back(service: httpx.Client, name: str) -> None:
    for response in (service.get(f"/calc/{name}"), service.post(f"/calc/{name}"), service.post(f"/calc/{name}/days.ics")):
        assert response.status_code == 404
        assert '<a class="button" href="/">' in response.text


# -- several sums at once --------------------------------------------------------------------------------------


def test_first_the_sums_are_chosen_then_each_is_asked_for(service: httpx.Client) -> None:
    first = service.get("/calc/arbitration_claim").text
    second = send(service, "arbitration_claim", [("claims", "overtime"), ("claims", "unpaid_wages"), ("go_on", "1")])

    assert '<fieldset class="part">' not in first
    assert (second.status_code, re.findall(r'<fieldset class="part">\s*<legend>(.*?)<', second.text)) == (
        200,
        ["加班费", "拖欠、克扣的工资"],
    )
    assert 'name="claims.unpaid_wages.owed"' in second.text
    assert "problem" not in second.text


def test_a_mistake_in_one_of_several_sums_is_told_at_its_field(service: httpx.Client) -> None:
    response = send(service, "arbitration_claim", [("claims", "unpaid_wages"), ("claims.unpaid_wages.owed", "八千")])
    (wrong,) = [one for tag, one in Page(response.text).tags if "aria-invalid" in one]

    assert response.status_code == 400
    assert (wrong["name"], wrong["value"]) == ("claims.unpaid_wages.owed", "八千")
    assert problem(response.text) == "第 1 项（拖欠、克扣的工资）：欠的工资要写 0 到 100000000 元的数，您写的是 八千，请改。"


# -- days in a calendar ----------------------------------------------------------------------------------------


def test_the_days_of_a_result_are_saved_with_what_the_page_sends(service: httpx.Client) -> None:
    page = example(service, "deadline").text
    form = page[page.index('action="/calc/deadline/days.ics"') : page.index("把这些日子存进手机日历")]
    hidden = [(str(one["name"]), str(one["value"])) for one in Page(form).all("input")]
    response = service.post("/calc/deadline/days.ics", data=dict(hidden))

    assert hidden == list(LEFT.items())
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/calendar; charset=utf-8"
    assert response.headers["content-disposition"] == 'attachment; filename="days.ics"'
    assert response.headers["cache-control"] == "private, no-store"
    assert response.content.startswith(b"BEGIN:VCALENDAR\r\n")
    assert b"BEGIN:VEVENT" in response.content


def test_a_result_without_days_to_come_offers_no_calendar(service: httpx.Client) -> None:
    assert "days.ics" not in example(service, "severance").text
    assert "days.ics" not in send(service, "deadline", [("event", "award_received"), ("happened", "2020-01-01")]).text


def test_days_that_cannot_be_worked_out_lead_back_to_the_form(service: httpx.Client) -> None:
    response = service.post("/calc/deadline/days.ics", data={"event": "left_job", "happened": "昨天"})

    assert response.status_code == 400
    assert fields(response.text)["happened"] == "昨天"


def test_a_broken_knowledge_folder_stops_no_sum(tmp_path: Path) -> None:
    (tmp_path / "parameters").mkdir()
    (tmp_path / "parameters/wages.yaml").write_text("- id: minimum_wage_month\n  value: many\n", encoding="utf-8")
    with (
        served(settings_for(tmp_path / "data", knowledge_dir=tmp_path)) as address,
        httpx.Client(base_url=address, headers=PAGES, trust_env=False) as client,
    ):
        assert sum_of(example(client, "minimum_wage").text) == "320元"
