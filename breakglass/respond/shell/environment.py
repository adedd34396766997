"""The environment of a command that runs in a session of a role, and what it tells that it does.

https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
"""

import os
import signal
from collections.abc import Mapping, Sequence

from breakglass.assuming import RoleSession
from breakglass.errors import BreakglassError, RefusedError

SESSION = "BREAKGLASS_SESSION"
"""ACCOUNT/PLAYBOOK of the session that a shell is in."""
RESOLVING = "BREAKGLASS_RESOLVING"
"""Set while credentials are looked for: a credential_process of ours found on the way must not look for more."""

NOT_STARTED = 125
"""What `exec` exits with where it fails itself; with the next two where the command is the reason, as env(1) does."""
CANNOT_BE_INVOKED = 126
NOT_FOUND = 127

_REGIONS = ("AWS_REGION", "AWS_DEFAULT_REGION")
_ELSEWHERE = (
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_DEFAULT_PROFILE",
    "AWS_PROFILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_SECURITY_TOKEN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    RESOLVING,
)
"""What would lead to other credentials."""


def expiry(session: RoleSession) -> str:
    """Return when a session ends, as SDKs and their credential_process have it."""
    return session.expires.strftime("%Y-%m-%dT%H:%M:%SZ")


def variables(session: RoleSession) -> dict[str, str]:
    """Return the variables in which SDKs look for credentials; they are secret."""
    return {
        "AWS_ACCESS_KEY_ID": session.access_key,
        "AWS_SECRET_ACCESS_KEY": session.secret_key.reveal(),
        "AWS_SESSION_TOKEN": session.session_token.reveal(),
        "AWS_CREDENTIAL_EXPIRATION": expiry(session),
    }


def child(environment: Mapping[str, str], session: RoleSession, target: str, region: str | None) -> dict[str, str]:
    """Return the environment of a command in a session.

    Its region is the one given, else what was set, else the region whose STS served.
    """
    kept = {name: value for name, value in environment.items() if name not in _ELSEWHERE}
    chosen = region or ("" if any(kept.get(name) for name in _REGIONS) else session.region)
    return {**kept, **(dict.fromkeys(_REGIONS, chosen) if chosen else {}), **variables(session), SESSION: target}


def require_outermost(environment: Mapping[str, str]) -> None:
    """Raise RefusedError in a shell that is in a session already: a role cannot become another."""
    if target := environment.get(SESSION):
        raise RefusedError(
            f"this shell is in a session of {target} already, and a role cannot become another",
            subject=target,
            advice=f"leave it with `exit`, then run the command again (or unset {SESSION} if it is left over)",
        )


def become(command: Sequence[str], environment: Mapping[str, str]) -> None:
    """Replace this process by a command: from then on exit code and signals are its own. It does not return.

    Raises BreakglassError with 127 where there is no such command, with 126 where it cannot be invoked.
    """
    # The interpreter ignores these two, and whoever is executed would go on ignoring them.
    # https://docs.python.org/3/library/signal.html#note-on-sigpipe
    for ignored in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(ignored, signal.SIG_DFL)
    try:
        os.execvpe(command[0], list(command), dict(environment))  # noqa: S606 - what the person asked for
    except (OSError, ValueError) as error:
        for ignored in (signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(ignored, signal.SIG_IGN)
        raise _not_run(command[0], error) from error


def _not_run(name: str, error: OSError | ValueError) -> BreakglassError:
    absent = isinstance(error, FileNotFoundError)
    why = "there is no such command" if absent else getattr(error, "strerror", None) or "it is no name of a command"
    failure = BreakglassError(
        f"{name} cannot be run: {why}", subject=name, advice="see PATH and the name after --; the session was opened"
    )
    failure.exit_code = NOT_FOUND if absent else CANNOT_BE_INVOKED
    return failure
