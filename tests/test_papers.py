from __future__ import annotations

import pytest

from assistant.papers import NAMES, QUESTIONS, Kind, confirmation, confirmed, find_kind, recognised, shown

NOTICE = ("解除劳动合同通知书", "王小明：", "因你严重违反规章制度，公司决定解除与你的劳动合同。", "特此通知。", "2026年11月18日")
SLIP = ("2026年10月工资条", "姓名  王小明", "基本工资  3000", "绩效  500", "应发  3500", "实发  3120")
CONTRACT = ("劳 动 合 同 书", "甲方：青岛某某公司", "乙方：王小明", "一、合同期限", "试用期 2 个月", "二、工作内容", "三、劳动报酬")


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        pytest.param(NOTICE, "dismissal_notice", id="a notice"),
        pytest.param(SLIP, "pay_slip", id="a pay slip"),
        pytest.param(CONTRACT, "contract", id="a contract, its title spaced out"),
        pytest.param(("公司文件", "关于终止与李四劳动关系的决定", "李四：", "你的合同到期。"), "dismissal_notice", id="a decision"),
        pytest.param(("辞退通知", "李四："), "dismissal_notice", id="only a title"),
        pytest.param(SLIP[1:], "pay_slip", id="a pay slip without a title"),
        pytest.param(CONTRACT[1:], "contract", id="the second page of a contract"),
        pytest.param(("甲方", "乙方"), None, id="any contract"),
        pytest.param(("今天吃什么", "加班费"), None, id="a chat"),
        pytest.param((), None, id="nothing"),
        pytest.param(("劳动合同书", "工资条"), None, id="as much for two kinds"),
    ],
)
def test_the_kind_of_paper_is_told_by_its_title_or_its_words(lines: tuple[str, ...], kind: str | None) -> None:
    assert find_kind(lines) == kind


def test_a_contract_that_speaks_of_ending_it_is_still_a_contract() -> None:
    assert find_kind([*CONTRACT, "七、解除劳动合同", "有下列情形的可以解除", "八、经济补偿"]) == "contract"


def test_what_was_read_is_shown_for_the_person_to_check() -> None:
    said = confirmation(recognised(SLIP))

    assert said.startswith("这张图看着是工资条。读到的是：\n2026年10月工资条\n")
    assert "钱数和日期请您对一遍" in said
    assert said.endswith("读得对吗？")


def test_a_picture_of_no_paper_is_not_guessed_at() -> None:
    assert confirmation(recognised(("今天吃什么",))).startswith("图上的字读出来了，看不出是什么材料。读到的是：\n今天吃什么\n")


def test_a_long_paper_is_shown_as_far_as_it_fits_a_message() -> None:
    said = confirmation(recognised(("第一条的内容写得很长。",) * 200))

    assert "\n……\n" in said
    assert len(said.encode()) < 1400


def test_only_what_was_shown_can_be_confirmed() -> None:
    read = recognised(("第一条的内容写得很长。",) * 200)

    assert f"读到的是：\n{shown(read)}\n……\n" in confirmation(read)


@pytest.mark.parametrize(("kind", "asked"), [*QUESTIONS.items(), (None, ())])
def test_of_a_confirmed_paper_what_fits_its_kind_may_be_asked(kind: Kind | None, asked: tuple[str, ...]) -> None:
    assert confirmed(kind)[1] == asked


def test_every_kind_has_a_name_and_questions() -> None:
    assert set(NAMES) == set(QUESTIONS)
