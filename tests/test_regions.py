from __future__ import annotations

import pytest

from assistant.regions import region_of


@pytest.mark.parametrize(
    ("text", "region"),
    [
        pytest.param("我闺女在上海打工，老板不给加班费", "全国", id="works in another province"),
        pytest.param("深圳的最低工资是多少", "全国", id="wants another city's figure"),
        pytest.param("俺在烟台一家饭店干活，押了俩月工资", "山东", id="works elsewhere in the province"),
        pytest.param("在胶州上班，高温费给多少", "青岛", id="works in another district"),
        pytest.param("我在上海这边送外卖，最低工资是多少", "全国", id="here is there"),
        pytest.param("在黄岛灵山卫一家厂里上班，最低工资多少", "青岛", id="a name that begins like one of ours"),
    ],
)
def test_who_works_elsewhere_is_not_told_the_rules_of_here(text: str, region: str) -> None:
    assert region_of(text, "即墨") == region


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("青岛最低工资是多少", id="our own city"),
        pytest.param("在灵山打工，老家菏泽那边低保还能领不", id="one of our towns"),
        pytest.param("厂里派我去潍坊修设备，路上出了车祸", id="sent there"),
        pytest.param("老家河南的，在北安打工", id="comes from there"),
        pytest.param("以前在苏州上班，今年回来进了即墨的厂", id="was there before"),
        pytest.param("在济南的医院开的刀，互助能报不", id="treated there"),
        pytest.param("老板拖欠工资", id="no place"),
    ],
)
def test_a_place_that_is_not_that_of_the_work_changes_nothing(text: str) -> None:
    assert region_of(text, "即墨") == "即墨"


def test_a_wider_region_asked_for_is_never_narrowed() -> None:
    assert region_of("在烟台上班加班费怎么算", "全国") == "全国"
