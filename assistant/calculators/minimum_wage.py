"""最低工资: whether what was paid is enough, by the month or by the hour."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from assistant.calculators import asks
from assistant.calculators.calculator import Calculator
from assistant.calculators.inputs import Told, disagree
from assistant.calculators.values import MONTHS_A_YEAR, YUAN, YUAN_A_MONTH, law, plain, yuan
from assistant.calculators.worksheet import Worksheet, said, value
from assistant.types import Parameter

_RIGHT = law("劳动法", 48)
_NOT_COUNTED = law("最低工资规定", 12)
_KINDS = law("最低工资规定", 5)
_PART_TIME = law("劳动合同法", 72)
_DIFFERENCE = law("劳动合同法", 85)


def work(told: Told, sheet: Worksheet) -> None:
    """Write the lines of the check against the minimum wage."""
    paid, left_out, count = told.number("paid"), told.number("left_out"), told.number("count")
    if left_out > paid:
        raise disagree("left_out", f"不算在内的钱（left_out）要在 0 到给的工资 {plain(paid)} 元之间")
    by_hour = told.choice("kind") == "part_time"
    each, parameter = ("小时", "minimum_wage_hour") if by_hour else ("个月", "minimum_wage_month")
    on = told.find_day("month") or sheet.today
    floor = sheet.take(parameter, on)
    compared = paid - left_out
    sheet.write(
        "拿来比的工资",
        compared,
        f"{yuan(paid)} − {yuan(left_out)} = {yuan(compared)}",
        _NOT_COUNTED,
        unit="元/小时" if by_hour else YUAN_A_MONTH,
        counts=False,
    )
    if floor is None:
        sheet.is_unknown = True
        sheet.warn(f"没有 {on.isoformat()} 那时候即墨的最低工资标准，算不了。请打12333问。")
        return
    sheet.write(
        "最低工资",
        value(floor),
        f"{floor.name}从 {floor.since.isoformat()} 起，{floor.document}",
        _RIGHT,
        _KINDS,
        _PART_TIME if by_hour else (),
        unit=floor.unit,
        counts=False,
    )
    if not by_hour:
        count = _months_of(floor, on, count, sheet)
    if compared < value(floor):
        missing = (value(floor) - compared) * count
        sheet.write(
            "要补的差额",
            missing,
            f"（{yuan(value(floor))} − {yuan(compared)}）× {plain(count)}{each} = {yuan(missing)}",
            _DIFFERENCE,
            payer="单位",
        )
        sheet.warn("单位过了人社部门限定的期限还不补，才加付50%到100%（《劳动合同法》第八十五条）。")
    else:
        sheet.write("要补的差额", 0, "没有低于最低工资，是0元", _RIGHT)
    sheet.assume(
        "加班费，中班、夜班、高温、低温、井下、有毒有害的津贴，法定福利，都不能算进最低工资（《最低工资规定》第十二条）。",
        "月标准只用在全日制；小时标准只用在非全日制，不能拿月标准除出来（《最低工资规定》第五条）。",
    )
    if by_hour:
        sheet.assume(f"这个标准从 {floor.since.isoformat()} 起用，以前的钟头标准不一样，不要写在一起。")
    else:
        sheet.warn(
            "工资里要不要先减去个人交的社保再比，山东怎么算待工会确认。",
            "因为自己的原因没上满班的月份（事假、旷工等）不能这样直接比（《最低工资规定》第十二条）；病假另算。"
            "休年休假、探亲假、婚丧假、产假，算正常上班（《最低工资规定》第三条）。",
        )


def _months_of(floor: Parameter, on: date, count: Decimal, sheet: Worksheet) -> Decimal:
    """How many of the months up to *on* the minimum wage held in: those before had another one, which is not known here."""
    held = Decimal((on.year - floor.since.year) * MONTHS_A_YEAR + on.month - floor.since.month + 1)
    if count <= held:
        return count
    since = floor.since.isoformat()
    sheet.warn(f"{said(floor)}从 {since} 起才用。到 {on.isoformat()} 只算了 {plain(held)} 个月，以前的月份标准不一样，请打12333问。")
    return held


MINIMUM_WAGE = Calculator(
    "minimum_wage",
    "最低工资够不够",
    YUAN,
    (
        asks.at_once(
            asks.choice(
                "kind",
                "全日制还是小时工",
                "是哪一种？",
                ("full_time", "全日制，按月"),
                ("part_time", "非全日制（小时工）"),
                otherwise="full_time",
            )
        ),
        asks.money("paid", "给的工资", "每月（小时工写每小时）应得多少？"),
        asks.money("left_out", "不算在内的钱", "里面有多少是加班费、夜班和高温等津贴、福利？", required=False, otherwise=0),
        asks.at_once(asks.number("count", "几个月或几小时", "这样给了几个月（小时工写几小时）？", "", Decimal(10_000), otherwise=1)),
        asks.day("month", "哪个月", "是哪个月的工资？写那个月的一天，几个月的写最后一个月的，不写就按今天。", required=False),
    ),
    tuple(dict.fromkeys((*_RIGHT, *_NOT_COUNTED, *_KINDS, *_PART_TIME, *_DIFFERENCE, *law("最低工资规定", 3)))),
    ("minimum_wage_month", "minimum_wage_hour"),
    work,
)
