"""The parts of a knowledge folder that the small one does without: `add` puts one of each beside it, and all of it is right."""

from __future__ import annotations

from pathlib import Path

# What `unpaid-wages` says holds from 2024 on; this is what was said of the same matter before.
PREDECESSOR = """\
---
id: unpaid-wages-before-2024
title: 2024 年以前拖欠工资怎么办
topic: wages
audience: [worker]
region: 全国
basis:
  - {instrument: 劳动合同法, article: "30"}
valid_from: 2008-01-01
valid_until: 2024-01-01
replaced_by: unpaid-wages
review_by: 2027-06-30
status: published
confidence: high
sources: [测试]
keywords: []
asks: []
skills: []
related: [unsigned-contract]
---
## 一句话答案
那时候拖欠工资，也是先找劳动监察投诉。
## 怎么办
1. 先存好证据，再去投诉。
## 单位不认怎么办
- 可以说：“活是我干的，请写个欠条给我。”
## 依据说明
- 单位要按约定及时足额付工资（《劳动合同法》第三十条）。
"""

ARTICLE_PHRASINGS = """\
- article: {instrument: 劳动合同法, article: "38"}
  asks:
    - 单位犯错我能不能马上走人
    - 被逼着辞职算谁的
- article: {instrument: 最低工资规定, article: 12}
  asks: [夜班津贴算不算在那条线里]
- guide: unsigned-contract
  decided_by: [劳动合同法 82]
  asks: [一直没给我签字按手印]
"""

TERMS = """\
- term: 二倍工资
  says: [双份钱, 两份工钱]
  means: 没签合同的那些月，单位要多付的一份工资。
  article: {instrument: 劳动合同法, article: "82"}
- term: 劳动监察
  says: [管工资的衙门, 12333]
  means: 政府里管单位守不守劳动法的部门。
"""

CRITERIA = """\
- id: hardship-relative
  category: 相对困难
  says: 家里人均收入低于最低工资的 1.5 倍。
  measure: income_per_head_month
  compare: "<"
  times: "1.5"
  of: minimum_wage_month
  region: 青岛
  source: 测试
  confidence: medium
  confirmed: false
  guide: unpaid-wages
- id: hardship-private-school
  category: 不算困难
  says: 孩子读高收费私立学校的不算。
  measure: private_school
  compare: is
  value: "true"
  excludes: true
  region: 青岛
  source: 测试
  confidence: medium
  confirmed: false
  guide: unpaid-wages
"""

COVERAGE = """\
- id: labour-01
  kind: heading
  title: 工资支付与拖欠
  guides: [unpaid-wages, unpaid-wages-before-2024]
- id: mistake-01
  kind: mistake
  title: 没签合同就要不到工资
  guides: [unpaid-wages]
  cases: [wages-001]
"""

REPORT = """\
id: laixi-2018
union: 莱西
title: 莱西市总工会2018年工作回顾
period: 2018 年上半年
since: 2018-06-30
review_by: 2027-03-31
confidence: medium
source: 测试底稿 A1
facts:
  - id: research-visits
    title: 莱西 2018 年调研了多少企业
    says: 这是莱西的数，不是即墨的：莱西市总工会 2018 年调研了 46 家企业。
    asks:
      - 莱西2018年工会调研了多少家企业
      - 莱西工会走访了几家厂
      - 莱西市总工会调研的数字
    keywords: [莱西, 2018]
    related: [unpaid-wages]
"""

OWN_REPORT = """\
id: jimo-2025
union: 即墨
title: 即墨区总工会2025年工作总结
period: 2025 年
since: 2025-12-31
review_by: 2027-03-31
confidence: high
source: 测试底稿 A4
facts:
  - id: members
    title: 即墨 2025 年新发展了多少会员
    says: 即墨区总工会 2025 年新发展会员 12046 名。
    asks:
      - 即墨工会去年新增了多少会员
      - 即墨区总工会2025年发展会员多少名
      - 区工会一年多了几个会员
"""

PLACES = """\
places:
  - id: station-east
    name: 东部工会驿站
    kind: 驿站
    area: 即墨东部
    host: 即墨区总工会
    offers: [歇脚, 热水]
    address: null
    phone: null
    hours: null
    confirmed: false
    source: 测试
  - id: legal-point
    name: 职工法律服务点
    kind: 法律服务点
    area: 即墨中心城区
    host: 即墨区总工会
    offers: [法律咨询]
    address: 振华街 1 号
    phone: 12351
    hours: 工作日
    confirmed: true
    source: 测试
    last_verified: 2026-11-01
"""

REST_RULES = "某市工人休息办法"
INSTRUMENT = f"""\
- name: {REST_RULES}
  full_name: {REST_RULES}
  aliases: [休息办法]
  level: local_rule
  region: 青岛
  in_force_from: 2020-01-01
  articles: 3
"""
TEXT = f"""\
---
name: {REST_RULES}
kind: regulation
issuer: 某市人民政府
number: 某政发〔2020〕1号
issued_on: 2019-12-01
in_force_from: 2020-01-01
status: published
source: 测试.docx
sha256: {"0a" * 32}
imported_on: 2026-11-21
findings: []
---
# {REST_RULES}

## 第一章 总则

### 第一条

为了让工人歇得好，定这个办法。

### 第二条

单位应当有歇脚的屋子。

屋子里应当有：

（一）热水；

（二）椅子。

## 第二章 附则

### 第三条

从 2020 年 1 月 1 日起施行。
"""


def programme(number: int) -> str:
    """Return the entry of one of the 46 systems; the second is another union's."""
    return f"""\
- id: system-{number}
  name: 第 {number} 个系统
  table_d: {number}
  owner: {"莱西" if number == 2 else "即墨"}
  available_in_jimo: {'"no"' if number == 2 else "unknown"}
  summary: 说明 {number}。
  who: 职工
  apply: 先打 12351
  papers: 不用材料
  confirmed: false
  source: 测试
  confidence: medium
  statistics_only: false
  parameters: [{"minimum_wage_month" if number == 1 else ""}]
  guides: [unpaid-wages]
"""


PROGRAMMES = "".join(programme(number) for number in range(1, 47))

FILES = {
    "guides/wages/unpaid-wages-before-2024.md": PREDECESSOR,
    "phrasings/articles.yaml": ARTICLE_PHRASINGS,
    "terms.yaml": TERMS,
    "relief/criteria.yaml": CRITERIA,
    "coverage.yaml": COVERAGE,
    "reports/laixi-2018.yaml": REPORT,
    "reports/jimo-2025.yaml": OWN_REPORT,
    "programmes/all.yaml": PROGRAMMES,
    f"texts/{REST_RULES}.md": TEXT,
}


def add(root: Path) -> Path:
    """Add everything to the small knowledge at *root*; returns *root*."""
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for name, text in (("instruments.yaml", INSTRUMENT), ("places.yaml", PLACES)):
        with (root / name).open("a", encoding="utf-8") as file:
            file.write(text)
    return root
