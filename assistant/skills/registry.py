"""Every calculation that can be talked through, the more special before the more general."""

from __future__ import annotations

from assistant.skills.asks import Ask
from assistant.skills.care import CONTRIBUTIONS, INJURY, MATERNITY, RETIREMENT
from assistant.skills.ending import SEVERANCE, UNEMPLOYMENT, UNSIGNED
from assistant.skills.leave import ANNUAL_LEAVE, SICK_LEAVE
from assistant.skills.limits import DEADLINE
from assistant.skills.overtime import OVERTIME
from assistant.skills.pay import MINIMUM, PROBATION, UNPAID
from assistant.skills.skill import Skill

SKILLS: tuple[Skill, ...] = (
    INJURY,
    SEVERANCE,
    UNSIGNED,
    ANNUAL_LEAVE,
    OVERTIME,
    PROBATION,
    MINIMUM,
    UNPAID,
    MATERNITY,
    SICK_LEAVE,
    UNEMPLOYMENT,
    RETIREMENT,
    CONTRIBUTIONS,
    DEADLINE,
)
BY_NAME = {skill.name: skill for skill in SKILLS}


def every_ask() -> tuple[Ask, ...]:
    """Return everything that any calculation asks for, each once."""
    return tuple(dict.fromkeys(ask for skill in SKILLS for ask in skill.asks))
