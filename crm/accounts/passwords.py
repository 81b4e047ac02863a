"""Passwords: argon2, and no weak ones."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from crm.kernel.languages import gettext as _

_hasher = PasswordHasher()
LONGEST = 72  # zxcvbn takes quadratic time
#: verified against when the name does not exist, so that both cases take the same time
NOBODY = _hasher.hash("nobody has this password")
#: without what is read wrongly from paper: 0 o, 1 l i
_LEGIBLE = "abcdefghjkmnpqrstuvwxyz23456789"


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def password_fits(stored: str | None, password: str) -> bool:
    """Whether `password` is the one behind the stored hash; nobody's (None) takes as long to say no."""
    try:
        return _hasher.verify(stored or NOBODY, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def is_dated(stored: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(stored)


def one_time_password() -> str:
    """Three groups of four legible characters: "k7wd-9xqm-3fhp"."""
    return "-".join("".join(secrets.choice(_LEGIBLE) for _n in range(4)) for _group in range(3))


def weakness(password: str, *names: str) -> str | None:
    """A sentence saying why this password will not do, or None. `names`: words that are easy to guess."""
    if len(password) < 8:
        return str(_("密码至少 8 位。"))
    if zxcvbn(password[:LONGEST], user_inputs=list(names))["score"] < 2:
        return str(_("这个密码太容易猜到，请换一个更长或更少见的。"))
    return None
