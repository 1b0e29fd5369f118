from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.facts import Facts, months_between, told, told_in
from assistant.text import normalise

TODAY = date(2026, 11, 21)
# Role, value in its unit, and `~` where only bounds are known; @ is a day.
SENTENCES = [
    # -- how long with this employer
    ("我在厂里干了三年零八个月，老板让我走", "service 44月"),
    ("俺在超市干了一年零两个月导购", "service 14月"),
    ("工作5年被裁了", "service 60月"),
    ("入职半年被辞退", "service 6月"),
    ("上班二十天被辞了", "service 20日"),
    ("上了8个月班", "service 8月"),
    ("做了三年保安", "service 36月"),
    ("当了五年保洁，老板说不用来了", "service 60月"),
    ("送外卖两年半", "service 30月"),
    ("在这个厂七年了", "service 84月"),
    ("干了三年多没签合同", "service 36月~"),
    ("干了快三年", "service 36月~"),
    ("干了十来年了", "service 120月~"),
    ("大概干了五年左右", "service 60月~"),
    ("没干满一年就让我走", "service 12月~"),
    ("没签合同三年了", "service 36月"),
    ("三年没签合同", "service 36月"),
    ("白干俩月一分没给", "service 2月"),
    ("我们车间的人都干了八年，就我没合同", "service 96月"),
    ("在这家干了一年零三个月，之前在别的公司干过六年", "service 15月"),
    ("三年前进的厂", "service 36月~"),
    ("俺干了九年才发现没交过保险", "service 108月"),
    ("总共干了十五年，来这个厂六年", "seniority 180月 service 72月"),
    # -- from a day
    ("2019年3月进的厂，现在要辞我", "service 92.67月~ @began 2019-03-01"),
    ("去年五月来的，社保一直没交", "service 18.67月~ @began 2025-05-01"),
    ("19年3月进厂到现在", "service 92.67月~ @began 2019-03-01"),
    ("入职日期是2020年6月1日", "service 77.67月 @began 2020-06-01"),
    ("您于2021年3月1日入职，决定自2026年11月1日起与您解除劳动合同", "service 68月 @began 2021-03-01 @ended 2026-11-01"),
    ("2015年3月1日入职，2024年3月1日被辞退", "service 108月 @began 2015-03-01 @ended 2024-03-01"),
    ("2020年10月入职，今年4月初离开", "service 66.97月~ @began 2020-10-01 @ended 2026-04-01"),
    ("去年3月来的今年5月走，没见过合同", "service 14.97月~ @began 2025-03-01 @ended 2026-05-01"),
    ("2021年3月8日入职，今年9月20日公司提出协商解除", "service 66.4月 @began 2021-03-08 @ended 2026-09-20"),
    ("从2018年干到现在", "service 106.67月~ @began 2018-01-01"),
    ("今年三月入职的", "service 8.67月~ @began 2026-03-01"),
    ("1999年参加工作", "total_service 334.67月~ @joined 1999-01-01"),
    ("2019年受的伤", "@happened 2019-01-01"),
    # -- with all employers together
    ("总工龄12年，在这个厂4年", "total_service 144月 service 48月"),
    ("累计工作了十五年", "total_service 180月"),
    ("工龄十二年，年假给五天", "seniority 144月"),
    ("一共干了3年8个月", "seniority 44月"),
    ("十五年工龄的老工人", "seniority 180月"),
    # -- wages
    ("月薪5k", "wage 5000元"),
    ("一个月五千", "wage 5000元"),
    ("工资一万二", "wage 12000元"),
    ("每月到手4500", "wage 4500元"),
    ("4500一月管吃住", "wage 4500元"),
    ("五千多一个月", "wage 5000元~"),
    ("底薪三千，提成另算", "base_wage 3000元"),
    ("一天180，日结", "daily_wage 180元"),
    ("日薪200块", "daily_wage 200元"),
    ("一小时18块，一天干四个小时", "hourly_wage 18元 hours_a_day 4小时"),
    ("年薪12万", "yearly_wage 120000元"),
    # -- what is owed
    ("老板欠俺仨月工资咋办", "owed_time 3月"),
    ("三个月没发工资了", "owed_time 3月"),
    ("工资拖了四个月", "owed_time 4月"),
    ("两个月没给开支", "owed_time 2月"),
    ("欠了8000不给", "owed_money 8000元"),
    ("还欠我一万二工资", "owed_money 12000元"),
    ("老板打的欠条写的两万六", "owed_money 26000元"),
    # -- contract, probation, insurance
    ("签了两年合同", "contract 24月"),
    ("合同签了三年，试用期六个月", "contract 36月 probation 6月"),
    ("三年的合同，试用半年", "contract 36月 probation 6月"),
    ("合同一年一签", "contract 12月"),
    ("试用期三个月没过", "probation 3月"),
    ("社保交了6年", "insured 72月"),
    ("失业保险交了满五年", "insured 60月"),
    ("交了九年的失业险", "insured 108月"),
    ("养老保险交了13年", "pension_paid 156月"),
    # -- age, grade, pregnancy, since when
    ("我今年50岁，厂里不要我了", "age 50岁"),
    ("今年58了还能干吗", "age 58岁"),
    ("我15岁，能进厂吗", "age 15岁"),
    ("孩子8岁", "child_age 8岁"),
    ("孩子八个月，要喂奶", "child_age 8月"),
    ("鉴定十级能赔多少", "grade 10级"),
    ("评了九级伤残", "grade 9级"),
    ("工伤七级，单位要辞我", "grade 7级"),
    ("怀孕三个月流产了", "pregnant 3月"),
    ("怀孕七个多月还让上夜班", "pregnant 7月~"),
    ("产后四个月上班", "since_birth 4月"),
    ("离职三个月了，工资没结", "since_end 3月"),
    ("受伤八个月了还没认定", "since_injury 8月"),
    # -- hours and days
    ("一天干12个小时", "hours_a_day 12小时"),
    ("每天上班十个小时，一个月歇2天", "hours_a_day 10小时 rest_a_month 2日"),
    ("一周上六天班", "days_a_week 6日"),
    ("一周休一天", "rest_a_week 1日"),
    ("每天加班3小时，一个月加班80小时", "overtime_a_day 3小时 overtime_a_month 80小时"),
    # -- several at once, as people write
    ("干了三年零八个月月薪5k老板欠俺仨月工资", "service 44月 wage 5000元 owed_time 3月"),
    ("签了两年合同，干了8个月，一个月4500，被辞了", "contract 24月 service 8月 wage 4500元"),
    ("我媳妇干了五年，怀孕四个月，一个月三千五", "service 60月 pregnant 4月 wage 3500元"),
    ("勞動五年工資一萬二", "wage 12000元"),
]
NOTHING = [
    pytest.param("公司拖欠工资怎么办", id="no figure"),
    pytest.param("干了三四年", id="a guess"),
    pytest.param("老板说干满一年才有年假", id="a condition somebody names"),
    pytest.param("干满十年能签无固定期限吗", id="a condition asked about"),
    pytest.param("再干两年就退休了", id="to come"),
    pytest.param("还差三年退休", id="what is left"),
    pytest.param("离退休还有五年", id="until something"),
    pytest.param("每干满一年给一个月工资", id="a rule"),
    pytest.param("第三年开始涨工资", id="a place in a row"),
    pytest.param("不是三年", id="what is denied"),
    pytest.param("公司开了二十年", id="the employer's years"),
    pytest.param("同事干了十年", id="a colleague's years"),
    pytest.param("老板一个月挣十万", id="the employer's income"),
    pytest.param("新来的一个月五千", id="somebody else's wage"),
    pytest.param("三年没给交社保", id="a time without insurance"),
    pytest.param("把我调去看库房，干了一个月", id="a new post in the same job"),
    pytest.param("我八月上了半个月班", id="a part of a month"),
    pytest.param("养好回来干了俩月又犯了", id="since coming back"),
    pytest.param("上了一个月班才查出来怀孕", id="until something else"),
    pytest.param("在老家的厂里干过六年", id="somewhere else"),
    pytest.param("在两家商场各干了六年", id="at each of two"),
    pytest.param("满一年没签合同算啥", id="a rule asked about"),
    pytest.param("十六周岁差两个月能招吗", id="an age not reached"),
    pytest.param("队里干了十二年的老师傅", id="somebody else's years"),
    pytest.param("我当了六年工会小组长", id="an office"),
    pytest.param("押金500不退", id="a deposit"),
    pytest.param("扣了我500块", id="a deduction"),
    pytest.param("最低工资2400够不够", id="the minimum wage"),
    pytest.param("做一件3块", id="piece rates"),
    pytest.param("残疾证二级", id="another kind of grade"),
    pytest.param("满16周岁就能干", id="an age that a rule names"),
    pytest.param("60岁退休吗", id="an age asked about"),
    pytest.param("服务期五年", id="a bond"),
    pytest.param("请了三个月病假，病假三个月", id="sick leave"),
    pytest.param("三年前受的伤", id="long ago"),
    pytest.param("打官司打了两年", id="a lawsuit"),
    pytest.param("2027年3月入职", id="to come by its year"),
    pytest.param("打12333没人接", id="a telephone number"),
]


def spoken(facts: Facts) -> str:
    """The facts in the short form of `SENTENCES`."""
    rows = [
        f"{fact.role} {fact.quantity.value.normalize():f}{fact.quantity.unit}{'~' * fact.quantity.is_approximate}" for fact in facts.told
    ]
    return " ".join((*rows, *(f"@{day.role} {day.first}" for day in facts.days)))


@pytest.mark.parametrize(("text", "expected"), SENTENCES, ids=[text for text, _ in SENTENCES])
def test_what_is_told_is_read_with_what_it_is_about(text: str, expected: str) -> None:
    facts = told(normalise(text), TODAY)

    assert sorted(spoken(facts).split(" @")[0].split()) == sorted(expected.split(" @", maxsplit=1)[0].split())
    assert spoken(facts).split("@")[1:] == expected.split("@")[1:]
    assert facts.unclear == frozenset()


@pytest.mark.parametrize("text", NOTHING)
def test_what_is_not_ones_own_case_is_not_taken(text: str) -> None:
    assert told(text, TODAY) == Facts()


@pytest.mark.parametrize(
    ("text", "role"),
    [
        pytest.param("原来工资一万二，降到八千", "wage", id="a wage before and after"),
        pytest.param("干了三年，又说干了五年", "service", id="two times"),
        pytest.param("他评了九级，我评了十级", "grade", id="two grades"),
    ],
)
def test_of_two_values_none_is_taken(text: str, role: str) -> None:
    facts = told(text, TODAY)

    assert facts.unclear == {role}
    assert role not in {fact.role for fact in facts.told}


def test_the_same_value_twice_is_one() -> None:
    assert spoken(told("干了三年，我真干了3年", TODAY)) == "service 36月"


def test_a_fact_keeps_the_words_it_was_told_in() -> None:
    service, wage = told("俺干了三年零八个月，月薪5k", TODAY).told

    assert (service.words, wage.words) == ("三年零八个月", "5k")


def test_a_time_since_a_day_keeps_the_day() -> None:
    service = told("2019年3月进的厂", TODAY).find("service")

    assert service is not None
    assert service.since is not None
    assert (service.words, service.since.first, service.since.last) == ("2019年3月", date(2019, 3, 1), date(2019, 3, 31))
    assert (service.quantity.low, service.quantity.high) == (Decimal("91.67"), Decimal("92.67"))


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        pytest.param(("干了三年八个月被辞退", "那年假几天"), "service 44月", id="what was told before counts"),
        pytest.param(("干了三年被辞退", "其实是干了五年"), "service 60月", id="the newest wins"),
        pytest.param(("干了三年被辞退", "那五年零两个月呢"), "service 62月", id="a new figure alone"),
        pytest.param(("干了三年零八个月", "不是三年零八个月，是五年两个月"), "service 62月", id="a figure put right"),
        pytest.param(("干了三年，合同签了两年", "那五年呢"), "service 36月 contract 24月", id="a figure that may be either is none"),
        pytest.param(("月薪5000", "那6000呢"), "wage 6000元", id="a new amount alone"),
        pytest.param(("2019年3月进的厂", "2024年5月被辞退的"), "service 62.97月~ @began 2019-03-01 @ended 2024-05-01", id="the end later"),
        pytest.param(("干了三年", "不对，是2019年3月进的厂"), "service 92.67月~ @began 2019-03-01", id="since when instead of how long"),
        pytest.param(("2019年3月进厂", "干了五年"), "service 60月", id="how long instead of since when"),
        pytest.param(("干了三年", "工资一万二，降到八千"), "service 36月", id="what is unclear takes nothing else away"),
        pytest.param(("月薪5000", "原来8000，降到5000，工资少了"), "wage 5000元", id="a part that is clear"),
        pytest.param(("我干了三年", "那我媳妇呢，她干了十年"), "service 120月", id="somebody else"),
        pytest.param(("我媳妇干了十年年假几天", "那我呢"), "", id="back to oneself"),
        pytest.param((), "", id="nothing said"),
    ],
)
def test_of_several_messages_the_newest_counts(texts: tuple[str, ...], expected: str) -> None:
    assert spoken(told_in(texts, TODAY)) == expected


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        pytest.param(date(2023, 11, 21), date(2026, 11, 21), "36", id="whole years"),
        pytest.param(date(2026, 1, 31), date(2026, 2, 28), "0.9", id="a short month"),
        pytest.param(date(2026, 11, 1), date(2026, 11, 30), "0.97", id="not quite a month"),
        pytest.param(date(2026, 11, 21), date(2026, 11, 21), "0", id="no time"),
    ],
)
def test_time_between_days_is_counted_in_whole_months(first: date, last: date, months: str) -> None:
    assert months_between(first, last) == Decimal(months)


WORDS = st.text(alphabet="干了三年零八个月多来快不到工资欠俺仨一千万5k0123456789签合同评级岁怀孕去年进厂前被辞退，。？ ", max_size=80)


@settings(deadline=None, max_examples=300)
@given(st.lists(WORDS, max_size=4))
def test_whatever_is_written_each_role_is_told_once_or_unclear(texts: list[str]) -> None:
    facts = told_in(texts, TODAY)

    roles = [fact.role for fact in facts.told]
    assert len(roles) == len(set(roles))
    assert not facts.unclear & set(roles)
    assert all(Decimal(0) <= fact.quantity.low <= fact.quantity.high for fact in facts.told)
    assert all(day.first <= day.last for day in facts.days)


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=200))
def test_whatever_is_typed_nothing_breaks(text: str) -> None:
    facts = told_in([normalise(text)], TODAY)

    assert all(fact.quantity.low <= fact.quantity.high for fact in facts.told)
    assert all(day.first <= day.last for day in facts.days)
