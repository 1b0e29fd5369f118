"""The passwords of staff: what may be chosen, initial ones made up, argon2id hashes. Who they belong to is for `staff`."""

from __future__ import annotations

import re
import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP ASVS 5.0: 6.2.1, 6.2.5 and 6.2.9: length is asked for, no kinds of signs.
SHORTEST, LONGEST = 12, 128
# Without 0 O 1 l I and the like, since it is read from a screen or told on the telephone: 20 of 30 signs are 98 bits.
_SIGNS = "abcdefghjkmnpqrstuvwxyz2345679"
_GROUPS, _GROUP = 4, 5
# What is tried first everywhere, and here; written by us. Compared without case, spaces and what stands at the end to make it longer.
_COMMON_WORDS = """
    123456789012 1234567890123 12345678901234 012345678901 987654321098 0987654321 9876543210 1234567890 112233445566 123123123123
    121212121212 102030405060 147258369147 147258369 159357258456 1qaz2wsx3edc 1q2w3e4r5t6y 1q2w3e4r5t q1w2e3r4t5y6 qazwsxedcrfv
    qwertyuiop qwertyuiopas qwertyuiopasdf qwerty123456 asdfghjkl asdfghjklzxc zxcvbnm zxcvbnmasdfg qweasdzxc abcdefghijkl abcdefg
    abcdefghijklmnop abc123456789 abcd12345678 a12345678901 aa1234567890 password passwordpassword password1234 passw0rd p@ssw0rd
    p@ssword pa$$word admin adminadmin administrator admin123456 root rootroot welcome welcometo letmein letmeinplease iloveyou
    iloveyouforever woaini woaini1314 woaini1314520 woaini520 5201314 52013145201314 sunshine princess football baseball dragon monkey
    superman trustno1 changeme changemeplease changeit test testtest guest default secret mima mimamima wodemima nihao nihaonihao
    zhongguo zhongguoren woaizhongguo shandong qingdao jimo jimoqu gonghui jimogonghui gonghui12351 12351 zonggonghui qingdaogonghui
    工会工会 即墨工会 即墨区总工会 我的密码 密码 中华人民共和国 我爱你 我爱中国
"""
_COMMON = frozenset(_COMMON_WORDS.split())
_AGAIN_AND_AGAIN = re.compile(r"(.{1,6})\1+", re.DOTALL)
_HASHER = PasswordHasher()  # the second choice of RFC 9106: 64 MiB, three passes
# Verified against where there is nobody of that name, so that it takes as long.
_NOBODYS = _HASHER.hash(secrets.token_hex(16))


def new_initial() -> str:
    """Return a random password that is used once: four groups of five signs."""
    return "-".join("".join(secrets.choice(_SIGNS) for _ in range(_GROUP)) for _ in range(_GROUPS))


def problem_of(password: str, name: str) -> str | None:
    """Return the one sentence that says why *password* cannot be the password of *name*, None where it can."""
    chosen = _normal(password)
    if len(chosen) < SHORTEST:
        return f"密码至少 {SHORTEST} 个字，可以是一句自己记得住的话。"
    if len(chosen) > LONGEST:
        return f"密码最多 {LONGEST} 个字，请短一些。"
    bare = "".join(chosen.casefold().split())
    if name.casefold() in bare and len(bare.replace(name.casefold(), "")) < SHORTEST // 2:
        return "密码不能就是自己的名字，请换一个。"
    if not bare or bare in _COMMON or bare.rstrip("0123456789!?.@#*-_。！") in _COMMON or _AGAIN_AND_AGAIN.fullmatch(bare):
        return "这个密码太常见，别人一猜就中，请换一个。"
    return None


def hashed(password: str) -> str:
    """Return what is kept of a password: its argon2id hash with parameters and salt."""
    return _HASHER.hash(_normal(password))


def matches(kept: str | None, password: str) -> bool:
    """Whether *password* is the one that *kept* is of; None is nobody's and takes as long."""
    try:
        return _HASHER.verify(kept or _NOBODYS, _normal(password)[: LONGEST + 1]) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def _normal(password: str) -> str:
    """The same password from every keyboard: full and half width are one."""
    return unicodedata.normalize("NFKC", password.encode(errors="replace").decode())
