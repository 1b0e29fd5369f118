from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assistant import menu
from assistant.errors import KnowledgeError
from assistant.knowledge import load_menu, load_replies
from assistant.lint import lint
from assistant.menu import Pressed, difference, key_of, outline, pressed, to_platform
from assistant.types import MenuButton
from tests.conftest import REAL_KNOWLEDGE
from tests.small_knowledge import edit

DAY = date(2026, 11, 21)
MENU = """\
- name: 问法律
  buttons:
    - {name: 拖欠工资, ask: 老板欠我三个月工资怎么办}
    - {name: 没签合同, ask: 上班半年没签合同怎么办}
- name: 办事网站
  url: https://www.12333.gov.cn/sbgx
- name: 找人
  buttons:
    - {name: 转人工, ask: 转人工}
    - {name: 清空记录, ask: 清空记录}
    - {name: 使用说明, reply: welcome}
"""


@pytest.fixture(name="file")
def _file(knowledge: Path) -> Path:
    """The menu file of a small knowledge folder."""
    path = knowledge / "wechat_menu.yaml"
    path.write_text(MENU, encoding="utf-8")
    return path


# -- our file in the platform's form ---------------------------------------------------------------------------


def test_a_menu_takes_the_platforms_form(file: Path) -> None:
    assert to_platform(load_menu(file.parent)) == {
        "button": [
            {
                "name": "问法律",
                "sub_button": [
                    {"type": "click", "name": "拖欠工资", "key": "ask:老板欠我三个月工资怎么办"},
                    {"type": "click", "name": "没签合同", "key": "ask:上班半年没签合同怎么办"},
                ],
            },
            {"type": "view", "name": "办事网站", "url": "https://www.12333.gov.cn/sbgx"},
            {
                "name": "找人",
                "sub_button": [
                    {"type": "click", "name": "转人工", "key": "ask:转人工"},
                    {"type": "click", "name": "清空记录", "key": "ask:清空记录"},
                    {"type": "click", "name": "使用说明", "key": "reply:welcome"},
                ],
            },
        ]
    }


@pytest.mark.parametrize(
    ("button", "meant"),
    [
        (MenuButton("拖欠工资", ask="老板欠我工资"), Pressed(ask="老板欠我工资")),
        (MenuButton("冒号", ask="ask:reply:什么意思"), Pressed(ask="ask:reply:什么意思")),
        (MenuButton("使用说明", reply="welcome"), Pressed(reply="welcome")),
    ],
)
def test_what_a_button_sends_is_understood_when_it_comes_back(button: MenuButton, meant: Pressed) -> None:
    assert pressed(key_of(button)) == meant


@pytest.mark.parametrize("key", ["", "ask", "ask:", "reply:", "V1001_GOOD", "问：工资", "ASK:工资"])
def test_the_key_of_another_menu_means_nothing(key: str) -> None:
    assert pressed(key) is None


@pytest.mark.parametrize("button", [MenuButton("网站", url="https://12333.gov.cn"), MenuButton("找人", buttons=(MenuButton("转人工"),))])
def test_what_sends_nothing_has_no_key(button: MenuButton) -> None:
    assert key_of(button) == ""


# -- comparing -------------------------------------------------------------------------------------------------


def test_a_menu_the_platform_gives_back_is_the_same(file: Path) -> None:
    ours = to_platform(load_menu(file.parent))
    live = {
        "button": [
            button | {"sub_button": [below | {"sub_button": []} for below in button.get("sub_button", [])]} for button in ours["button"]
        ]
    }

    assert difference(live, ours) == ""


def test_a_menu_that_lacks_something_is_told_so(file: Path) -> None:
    ours = to_platform(load_menu(file.parent))
    live = {"button": [*ours["button"][:2], {"type": "click", "name": "旧的", "key": "V1"}]}

    assert difference(live, ours) == "少找人、转人工、清空记录、使用说明，多旧的"


def test_a_menu_in_another_order_is_told_so(file: Path) -> None:
    ours = to_platform(load_menu(file.parent))

    assert difference({"button": ours["button"][::-1]}, ours) == "次序不同"


@pytest.mark.parametrize("live", [{}, {"button": None}, {"button": "x"}, {"button": [1, None, "x"]}, {"button": [{"sub_button": 5}]}])
def test_a_menu_of_any_shape_can_be_shown_and_compared(live: dict[str, object], file: Path) -> None:
    assert isinstance(outline(live), tuple)
    assert difference(live, to_platform(load_menu(file.parent))) != ""


def test_a_menu_is_shown_one_button_a_line(file: Path) -> None:
    assert outline(to_platform(load_menu(file.parent)))[:4] == (
        "问法律",
        "  拖欠工资  click ask:老板欠我三个月工资怎么办",
        "  没签合同  click ask:上班半年没签合同怎么办",
        "办事网站  view https://www.12333.gov.cn/sbgx",
    )


# -- lint ------------------------------------------------------------------------------------------------------


def test_a_good_menu_has_no_problems(file: Path) -> None:
    assert lint(file.parent, DAY) == []


def test_a_folder_without_a_menu_has_no_problems(knowledge: Path) -> None:
    assert lint(knowledge, DAY) == []
    assert load_menu(knowledge) == ()


LEAF = "    - {name: 没签合同, ask: 上班半年没签合同怎么办}\n"
LONG = "拖欠工资" * 12


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        pytest.param(MENU, MENU + "- {name: 第四个, reply: welcome}\n", 12, "一级菜单有 4 个，最多 3 个", id="four at the top"),
        pytest.param(
            LEAF,
            LEAF
            + "".join(
                f"    - {{name: 多{number}, reply: clarify_{kind}}}\n" for number, kind in enumerate(("vague", "empty", "greeting", "long"))
            ),
            1,
            "“问法律”下面有 6 个，最多 5 个",
            id="six below",
        ),
        pytest.param(
            "name: 问法律", "name: 问劳动法律", 1, "“问劳动法律”太长（15 字节），手机上最多显示 4 个汉字", id="five characters at the top"
        ),
        pytest.param("name: 问法律", "name: ask about law 1", 1, "太长（15 字节）", id="wide letters at the top"),
        pytest.param(
            "{name: 没签合同",
            "{name: 没签书面劳动合同的",
            1,
            "“没签书面劳动合同的”太长（27 字节），手机上最多显示 8 个汉字",
            id="nine below",
        ),
        pytest.param("name: 问法律", 'name: " "', 1, "有一项没有名字", id="no name"),
        pytest.param(
            "ask: 上班半年没签合同怎么办", f"ask: {LONG}", 1, "“没签合同”的问话太长（148 字节，最多 128）", id="a key of 148 bytes"
        ),
        pytest.param(
            "ask: 上班半年没签合同怎么办", "ask: 离婚财产怎么分", 1, "“离婚财产怎么分”不是哪条已发布指南的问法", id="nobody's question"
        ),
        pytest.param("ask: 上班半年没签合同怎么办", "ask: 我不想活了", 1, "“没签合同”的问话会被当成求救", id="a cry for help"),
        pytest.param("reply: welcome", "reply: wellcome", 7, "“使用说明”的固定答复 wellcome 没有", id="no such reply"),
        pytest.param("https://www.12333", "http://www.12333", 5, "“办事网站”的网址要以 https:// 开头", id="not https"),
        pytest.param(
            "www.12333.gov.cn", "www.12333.gov.cn.evil.example", 5, "“办事网站”的网址不在 places.yaml 的 links 里", id="another host"
        ),
        pytest.param(
            "www.12333.gov.cn", "12333.gov.cn@evil.example", 5, "“办事网站”的网址不在 places.yaml 的 links 里", id="a host in front"
        ),
        pytest.param("https://www.12333.gov.cn/sbgx", "https://", 5, "“办事网站”的网址不在 places.yaml 的 links 里", id="no host"),
        pytest.param("/sbgx", "/" + "x" * 240, 5, "“办事网站”的网址超过 256 字节", id="a long address"),
        pytest.param(
            "{name: 清空记录, ask: 清空记录}", "{name: 找个人, ask: 转人工}", 7, "“找个人”做的事和别的一项一样", id="the same twice"
        ),
        pytest.param("{name: 清空记录", "{name: 转人工", 7, "“转人工”写了两次", id="a name twice"),
        pytest.param("name: 办事网站", "name: 找人", 7, "“找人”写了两次", id="a name twice at the top"),
        pytest.param("{name: 没签合同", "{name: 打4008123123", 1, "号码 4008123123 不在 places.yaml 的名单里", id="a telephone number"),
        pytest.param(", reply: welcome}", "}", 7, "ask（问话）、reply（固定答复）、url（网址）", id="does nothing"),
        pytest.param("reply: welcome}", "reply: welcome, ask: 转人工}", 7, "要写而且只写一个", id="does two things"),
        pytest.param("  url: https", "  ask: 转人工\n  url: https", 5, "要写而且只写一个", id="does two things at the top"),
        pytest.param(
            "{name: 转人工, ask: 转人工}",
            "{name: 转人工, buttons: [{name: 人, ask: 转人工}]}",
            7,
            "buttons 不认识这一项",
            id="a third level",
        ),
        pytest.param("reply: welcome", "key: welcome", 7, "key 不认识这一项", id="an unknown word"),
        pytest.param("- name: 问法律", "- name: [问法律", 2, "YAML 写法不对", id="no YAML"),
    ],
)
def test_what_is_wrong_with_a_menu_is_told_with_its_line(file: Path, old: str, new: str, line: int, says: str) -> None:
    edit(file, old, new)

    problems = lint(file.parent, DAY)
    assert any(says in problem for problem in problems), problems
    assert all(problem.startswith(f"{file}:{line if says in problem else ''}") for problem in problems)


def test_the_question_of_a_guide_that_is_not_published_is_nobodys(file: Path) -> None:
    edit(file.parent / "guides/contract/unsigned-contract.md", "status: published", "status: draft")

    assert any("不是哪条已发布指南的问法" in problem for problem in lint(file.parent, DAY))


def test_a_broken_menu_is_an_error_of_the_knowledge(file: Path) -> None:
    file.write_text("- name: 1\n  url: [", encoding="utf-8")

    with pytest.raises(KnowledgeError, match=r"wechat_menu\.yaml"):
        load_menu(file.parent)


# -- the real one ----------------------------------------------------------------------------------------------


def test_the_real_menu_leads_to_people_and_to_the_most_asked() -> None:
    asks = [pressed(key_of(leaf)) for button in load_menu(REAL_KNOWLEDGE) for leaf in button.buttons]

    assert {Pressed(ask="转人工"), Pressed(ask="12351 是干啥的"), Pressed(ask="老板拖欠工资怎么办")} <= set(asks)
    assert [one.reply for one in asks if one and one.reply and one.reply not in load_replies(REAL_KNOWLEDGE)] == []
    assert len(menu.outline(to_platform(load_menu(REAL_KNOWLEDGE)))) == 18
