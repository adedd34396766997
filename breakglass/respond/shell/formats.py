"""The credentials of a session in the forms other programs take; all of it is secret."""

import json
import shlex
from typing import Final

from breakglass.assuming import Assumption, RoleSession
from breakglass.respond.shell.environment import expiry, variables

PROCESS: Final = "process"
EXPORT: Final = "export"
FORMATS: Final = (PROCESS, "env", EXPORT, "json")


def written(form: str, session: RoleSession, assumption: Assumption) -> str:
    """Return the credentials in a form: for a credential_process, as variables, for a shell, or with all about them.

    https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
    """
    if form == "env":
        return "".join(f"{name}={value}\n" for name, value in variables(session).items())
    if form == EXPORT:
        return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in variables(session).items())
    document = _process(session) if form == PROCESS else _all(session, assumption)
    return json.dumps(document) + "\n"


def _process(session: RoleSession) -> dict[str, str | int]:
    return {
        "Version": 1,
        "AccessKeyId": session.access_key,
        "SecretAccessKey": session.secret_key.reveal(),
        "SessionToken": session.session_token.reveal(),
        "Expiration": expiry(session),
    }


def _all(session: RoleSession, assumption: Assumption) -> dict[str, str | int]:
    about = {
        "account": assumption.account,
        "role": assumption.role,
        "session_name": assumption.session_name,
        "region": session.region,
        "expiration": expiry(session),
    }
    secret = {
        "access_key_id": session.access_key,
        "secret_access_key": session.secret_key.reveal(),
        "session_token": session.session_token.reveal(),
    }
    return {**about, **secret}
