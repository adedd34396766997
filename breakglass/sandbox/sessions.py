"""Who acts: users with long-term keys, and the sessions of assumed roles, which this table holds by access key."""

import secrets
import string
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

_ALPHABET = string.ascii_uppercase + "234567"
LONG_TERM = "AKIA"
TEMPORARY = "ASIA"
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids"""


@dataclass(frozen=True, slots=True)
class Session:
    """A principal that holds credentials, and the account it acts in.

    `arn` and `identifier` are what GetCallerIdentity tells. A long-term key has no `token` and never expires nor was it
    `issued`; `role` is the ARN of the assumed role, empty for a user. `mfa` tells how a user signed in, `proven` that a
    code came with the very request. `tags` are those of the session, of which the `transitive` ones go on to the next;
    `policies` narrow it: documents, and ARNs of managed policies.
    """

    access_key: str
    secret: str = field(repr=False)
    account: str
    arn: str
    identifier: str
    token: str = field(default="", repr=False)
    role: str = ""
    expires: datetime | None = None
    issued: datetime | None = None
    mfa: bool = False
    tags: tuple[tuple[str, str], ...] = ()
    transitive: frozenset[str] = frozenset()
    source_identity: str = ""
    proven: bool = False
    policies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entered:
    """What a client needs of the session of somebody who signed in: by which region, and until when, in ISO 8601."""

    arn: str
    account: str
    region: str
    expires: str
    access_key: str
    secret: str = field(repr=False)
    token: str = field(repr=False)


def entered(session: Session, region: str) -> Entered:
    """Return a session of somebody who signed in by the endpoint of a region."""
    expires = session.expires.isoformat() if session.expires else ""
    return Entered(session.arn, session.account, region, expires, session.access_key, session.secret, session.token)


class Sessions:
    """The sessions the sandbox gave out; any thread may read and add."""

    def __init__(self) -> None:
        self._known: dict[str, Session] = {}
        self._lock = Lock()

    def add(self, session: Session) -> None:
        """Let the door know this session."""
        with self._lock:
            self._known[session.access_key] = session

    def find(self, access_key: str) -> Session | None:
        """Return the session of an access key, expired or not."""
        with self._lock:
            return self._known.get(access_key)

    def clear(self) -> None:
        """Forget all sessions."""
        with self._lock:
            self._known.clear()


def new_identifier(prefix: str) -> str:
    """Return a fresh unique id or access key id, 20 characters long with its prefix."""
    return prefix + "".join(secrets.choice(_ALPHABET) for _ in range(20 - len(prefix)))


def new_secret() -> str:
    """Return a fresh secret access key: 40 characters."""
    return secrets.token_urlsafe(30)


def new_token() -> str:
    """Return a fresh session token."""
    return secrets.token_urlsafe(120)
