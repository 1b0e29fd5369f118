"""Whose rules a question is about: a figure of 即墨 is no answer for somebody who works in 上海. Pure."""

from __future__ import annotations

import re

# Places of 即墨 and what people here say for it: who names one of them asks about here, whatever else is named.
_HERE = re.compile(
    r"即墨|墨城|青岛(?!市?(?:市南|市北|李沧|崂山|城阳|黄岛|西海岸|胶州|平度|莱西))|岛城|回来|嫁回|咱这|俺这|我们这"
    r"|通济|环秀|潮海|北安|龙山|龙泉|鳌山卫|温泉街道|蓝村|灵山(?!卫)|段泊岚|移风店|大信|田横|金口|店集|蓝谷|蓝色硅谷"
)
_WIDENING = ("即墨", "青岛", "山东", "全国")
_QINGDAO = "市南|市北|李沧|崂山|城阳|黄岛|西海岸|胶州|平度|莱西"
_SHANDONG = "济南|淄博|枣庄|东营|烟台|潍坊|济宁|泰安|威海|日照|临沂|德州|聊城|滨州|菏泽|莱阳|莱州|龙口|诸城|寿光|高密|海阳|荣成|乳山"
_COUNTRY = (
    "北京|上海|天津|重庆|广州|深圳|东莞|佛山|中山|珠海|惠州|杭州|宁波|温州|义乌|绍兴|嘉兴|苏州|南京|无锡|常州|徐州|南通|昆山|合肥|福州|厦门|泉州|南昌|郑州|洛阳|武汉|长沙"
    "|成都|贵阳|昆明|西安|兰州|西宁|银川|乌鲁木齐|石家庄|唐山|保定|太原|呼和浩特|沈阳|大连|长春|哈尔滨|南宁|海口|三亚|拉萨|香港|澳门|台湾"
    "|广东|浙江|江苏|安徽|福建|江西|河南|湖北|湖南|四川|贵州|云南|陕西|甘肃|青海|宁夏|新疆|河北|山西|内蒙古|辽宁|吉林|黑龙江|广西|海南|西藏"
)
# Named as where one works, or as whose figure is wanted: 派我去潍坊调试设备 and 老家在贵州 are neither.
_WORK = (
    r"(?:上班|打工|干活|务工|送(?:外卖|快递|货)|开(?:车|出租|货车|网约车)|当(?:保安|服务员|保姆|厨师)"
    r"|的?(?:厂|公司|工地|饭店|酒店)里?(?:上班|打工|干活|干))"
)
_FIGURE = r"(?:最低工资|社平|平均工资|社保基数|缴费基数|基数|公积金|高温|低保|失业金|补贴|产假|婚假|标准)"


def region_of(text: str, region: str) -> str:
    """Return the region whose rules hold for *text*: *region*, or the wider one where another place is named as that of the work."""
    if _HERE.search(text):
        return region
    for places, wider in ((_QINGDAO, "青岛"), (_SHANDONG, "山东"), (_COUNTRY, "全国")):
        if _WIDENING.index(wider) > _WIDENING.index(region) and _is_of(places, text):
            return wider
    return region


def _is_of(places: str, text: str) -> bool:
    return bool(
        re.search(
            rf"在(?:{places})(?:市|省|那边|那里|那)?[^，。？！；]{{0,8}}?{_WORK}|(?:{places})(?:市|省)?(?:那边|今年|现在|的){{0,2}}{_FIGURE}",
            text,
        )
    )
