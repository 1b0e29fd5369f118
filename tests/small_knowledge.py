"""A knowledge folder of three guides, for tests: `write` makes it. Its own words, the real statute database, the real replies."""

from __future__ import annotations

import shutil
from pathlib import Path

UNPAID_WAGES = """\
---
id: unpaid-wages
title: 老板拖欠工资怎么要回来
topic: wages
audience: [worker]
region: 全国
basis:
  - {instrument: 劳动合同法, article: "30"}
  - {instrument: 劳动合同法, article: "85"}
valid_from: 2024-01-01
valid_until:
review_by: 2027-06-30
status: published
confidence: high
sources: [测试]
keywords: [欠薪, 拖欠工资]
asks:
  - 老板欠我三个月工资怎么办
  - 工资一直拖着不发找谁
  - 厂里压着工资不给怎么要
  - 干完活不给钱去哪里告
  - 工地欠薪找哪个部门
  - 离职了工资还没结清
  - 老板说没钱发不出工资
  - 饭店欠服务员两个月工资
  - 拖欠工资可以申请仲裁吗
  - 欠薪能不能要赔偿
  - 老板总说下月一块给结果还是没给
  - 白干了仨月一分钱没见着
  - 俺的血汗钱啥时候能拿到手
  - 包工头把钱卷走了工友们都没拿到
  - 工资发了一半剩下的不认账
  - 厂子不景气钱发不下来怎么讨
  - 催了八回都说再等等
  - 干了俩月活人家躲着不见我
  - 打工挣的钱要不回来了
  - 过年了还欠着我们的钱
skills: []
related: [unsigned-contract]
---
## 一句话答案
单位必须按时足额发工资，拖欠的可以要回来。先打 12333 投诉，不行就申请劳动仲裁。
## 怎么办
1. 先存好工资条、转账记录和考勤。
2. 打 12333 向劳动监察投诉，监察会责令单位限期付清（《劳动合同法》第八十五条）。
3. 投诉后还不付，就申请劳动仲裁，仲裁不收费。
## 要准备什么
- 身份证和单位全名。
## 去哪里办
- 劳动监察或者仲裁机构，地点先打 12333 问。
## 时限
- 离开单位的，一年内申请仲裁。
## 常见误区
- 误：没签合同就要不到工资。正：干了活就有工资。
## 依据说明
- 单位要按约定和国家规定，及时足额付工资（《劳动合同法》第三十条）。
- 责令后还不付的，按应付金额百分之五十以上百分之一百以下加付赔偿金（《劳动合同法》第八十五条）。
"""

UNSIGNED_CONTRACT = """\
---
id: unsigned-contract
title: 没签劳动合同能要双倍工资吗
topic: contract
audience: [worker]
region: 全国
basis:
  - {instrument: 劳动合同法, article: "82"}
  - {instrument: 劳动合同法, article: "10"}
valid_from: 2024-01-01
valid_until:
review_by: 2027-06-30
status: published
confidence: high
sources: [测试]
keywords: [没签合同, 双倍工资]
asks:
  - 上班半年没签合同怎么办
  - 没签劳动合同能要几个月双倍工资
  - 单位一直不跟我签合同
  - 入职三个月没有书面合同
  - 不签合同单位要赔什么
  - 二倍工资从哪天算
  - 公司说试用期过了再签合同
  - 合同一直没给我签
  - 没有合同怎么证明我上过班
  - 口头说好的没有写合同
  - 进厂大半年啥字都没签过
  - 老板说都是自己人不用写纸上
  - 上班到现在手里没有一张纸
  - 人事总推说合同还在走流程
  - 白纸黑字的东西一份都没有
  - 干了十个月才想起来补签
  - 就加了个微信让我来上班
  - 没签字是不是就不算正式工
  - 两份工资能从哪个月要起
  - 单位说口头讲好就行
skills: []
related: [unpaid-wages]
---
## 一句话答案
上班满一个月还没签书面合同，单位每月要付二倍的工资。
## 怎么办
1. 先存好打卡、工资转账和工作群记录。
2. 找单位补签，不签就申请仲裁要二倍工资的差额（《劳动合同法》第八十二条）。
## 时限
- 单位要在用工起一个月内签书面合同（《劳动合同法》第十条）。
## 依据说明
- 超过一个月不满一年没签书面合同的，每月付二倍的工资（《劳动合同法》第八十二条）。
"""

MINIMUM_WAGE = """\
---
id: minimum-wage
title: 即墨最低工资是多少
topic: wages
audience: [worker]
region: 即墨
basis:
  - {instrument: 劳动合同法, article: "20"}
  - {instrument: 最低工资规定, article: "12"}
valid_from: 2025-10-01
valid_until:
review_by: 2027-03-31
status: published
confidence: high
sources: [测试]
keywords: [最低工资]
asks:
  - 即墨最低工资多少钱
  - 现在最低工资标准是多少
  - 底薪低于最低工资合法吗
  - 一个月到手两千二算不算低
  - 试用期工资最少给多少
  - 全勤奖能不能算进最低工资
  - 管吃管住只给一千五行不行
  - 小时工最低给多少
  - 今年最低工资涨了吗
  - 最低工资包不包括加班费
  - 一月到手才一千九够不够线
  - 咱这边最少得开多少
  - 保底的钱国家有没有规定
  - 老板给的钱比标准还少
  - 扣完饭费就剩一千多了
  - 看大门的一月一千六合理吗
  - 按天算一天七十块低不低
  - 那个最低的线是哪年定的
  - 学徒期间最少也得给点吧
  - 加班的钱凑进去才够线
skills: []
related: []
---
## 一句话答案
即墨的最低工资是 {{minimum_wage_month}}，低于它的可以要求补。
## 怎么办
1. 拿工资条和 {{minimum_wage_month}} 比一比，少了就要求补（《最低工资规定》第十二条）。
2. 不补就打 12333 投诉。
## 依据说明
- 加班费、夜班津贴不算在最低工资里（《最低工资规定》第十二条）。
- 试用期工资也不能低于最低工资标准（《劳动合同法》第二十条）。
"""

INSTRUMENTS = """\
- name: 劳动合同法
  full_name: 中华人民共和国劳动合同法
  aliases: [劳合法]
  level: law
  region: 全国
  in_force_from: 2008-01-01
  version_from: 2013-07-01
  articles: 98
  text: statute_database
  search: all
- name: 最低工资规定
  full_name: 最低工资规定
  level: department_rule
  region: 全国
  in_force_from: 2004-03-01
  articles: 15
- name: 企业最低工资规定
  full_name: 企业最低工资规定
  level: department_rule
  region: 全国
  in_force_from: 1993-11-24
  in_force_until: 2004-03-01
  replaced_by: 最低工资规定
  articles: 34
"""

PARAMETERS = """\
- id: minimum_wage_month
  name: 即墨月最低工资
  value: "2200"
  unit: 元/月
  region: 即墨
  from: 2023-10-01
  until: 2025-10-01
  document: 鲁政字〔2023〕155号
  source: 测试
  confidence: high
  confirmed: true
- id: minimum_wage_month
  name: 即墨月最低工资
  value: "2400"
  unit: 元/月
  region: 即墨
  from: 2025-10-01
  until:
  document: 鲁政字〔2025〕140号
  source: 测试
  confidence: high
  confirmed: false
"""

PLACES = """\
hotlines:
  - {number: "12351", name: 工会热线, use: 找工会, confirmed: false}
  - {number: "12333", name: 人社热线, use: 投诉欠薪, confirmed: false}
  - {number: "12348", name: 法律服务热线, use: 法律援助, confirmed: false}
  - {number: "12345", name: 政务热线, use: 不知道找谁, confirmed: false}
  - {number: "12356", name: 心理援助热线, use: 心里难受, confirmed: false}
  - {number: "110", name: 报警, use: 有危险, confirmed: true}
  - {number: "119", name: 火警, use: 着火, confirmed: true}
  - {number: "120", name: 急救, use: 有人受伤, confirmed: true}
links: [12333.gov.cn]
"""

FIGURES = """\
- guide: unpaid-wages
  figures: ["1年"]
  because: 劳动争议调解仲裁法第二十七条
"""

# No part of the folder: a test that wants it writes it to `brackets.yaml`.
BRACKETS = """\
# 说明
- id: unsigned-so-long
  guides: [unsigned-contract]
  articles: [劳动合同法 82]
  unit: 月
  rows:
    - {when: {service: [0, 1]}, says: 还不满 1 个月，单位在满 1 个月以前签就不晚, articles: [劳动合同法 10]}
    - {when: {service: [1, 12]}, result: 二倍}
    - {when: {service: [12, null]}}
  says: 没签的这段每月该付{result}工资
  unless: [小时工]
  source: 测试
"""

FILES = {
    "guides/wages/unpaid-wages.md": UNPAID_WAGES,
    "guides/wages/minimum-wage.md": MINIMUM_WAGE,
    "guides/contract/unsigned-contract.md": UNSIGNED_CONTRACT,
    "instruments.yaml": INSTRUMENTS,
    "parameters/wages.yaml": PARAMETERS,
    "places.yaml": PLACES,
    "figures.yaml": FIGURES,
}


def write(root: Path, real: Path) -> Path:
    """Write the folder at *root*, with the replies of the *real* knowledge folder; returns *root*."""
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    shutil.copyfile(real / "replies.yaml", root / "replies.yaml")
    return root


def edit(path: Path, old: str, new: str) -> None:
    """Replace *old*, which must stand in the file, by *new*."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {path.name}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def line_of(path: Path, words: str) -> int:
    """Return the number of the first line that holds *words*."""
    return next(number for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1) if words in line)
