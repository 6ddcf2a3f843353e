"""Users and their sessions. Passwords are kept as scrypt hashes, tokens as SHA-256 hashes."""

import hashlib
import hmac
import secrets
import time
from base64 import b64decode, b64encode

import sqlalchemy as sa

from tideplan_api.database import sessions, users
from tideplan_api.problems import Unauthorized

SESSION_SECONDS = 12 * 3600


def set_password(connection: sa.Connection, user: str, password: str) -> None:
    """Makes the user, or gives the existing one another password; its sessions go on."""
    hashed = _hashed(password)
    changed = connection.execute(sa.update(users).where(users.c.name == user).values(password_hash=hashed))
    if changed.rowcount == 0:
        connection.execute(sa.insert(users).values(name=user, password_hash=hashed))


def sign_in(connection: sa.Connection, user: str, password: str) -> str:
    """A token for ``SESSION_SECONDS``, or ``Unauthorized``."""
    known = connection.execute(sa.select(users.c.password_hash).where(users.c.name == user)).scalar_one_or_none()
    # An unknown user costs the same time as a wrong password.
    if not _matches(password, known or _NOBODY) or known is None:
        raise Unauthorized("the user or the password is wrong")
    token = secrets.token_urlsafe(32)
    now = int(time.time())
    connection.execute(sa.delete(sessions).where(sessions.c.expires_at <= now))
    connection.execute(
        sa.insert(sessions).values(token_hash=_digest(token), user=user, expires_at=now + SESSION_SECONDS)
    )
    return token


def user_of(connection: sa.Connection, token: str) -> str:
    """Whose token it is, or ``Unauthorized``."""
    query = sa.select(sessions.c.user).where(
        sessions.c.token_hash == _digest(token), sessions.c.expires_at > int(time.time())
    )
    user: str | None = connection.execute(query).scalar_one_or_none()
    if user is None:
        raise Unauthorized("the token is unknown or has expired; sign in again")
    return user


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _hashed(password: str, salt: bytes | None = None) -> str:
    salt = salt or secrets.token_bytes(16)
    derived = hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1)
    return f"{b64encode(salt).decode()}${b64encode(derived).decode()}"


def _matches(password: str, stored: str) -> bool:
    salt = b64decode(stored.partition("$")[0])
    return hmac.compare_digest(_hashed(password, salt), stored)


_NOBODY = _hashed(secrets.token_hex(16))
