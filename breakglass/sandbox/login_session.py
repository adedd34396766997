"""A session of `aws login` as files: a profile that names it, and the cached token that the SDK takes credentials from.

The SDK refreshes such credentials over the network shortly before they end, which is not modelled: these last as long
as the sign-in does.
https://docs.aws.amazon.com/sdkref/latest/guide/feature-login-credentials.html
"""

import json
import re
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from breakglass.errors import UsageError
from breakglass.sandbox.sessions import Entered
from breakglass.sandbox.state import write

_PROFILE = re.compile(r"[\w.@+-]+", re.ASCII)
_HEADING = re.compile(r"\s*\[(.*)\]")


def plant(session: Entered, profile: str, config: Path, cache: Path) -> None:
    """Write the token into the cache directory, and the profile into the configuration in place of one of its name.

    Both files are their owner's alone. Raises UsageError for a profile that has no usable name, and where they cannot
    be written.
    """
    if not _PROFILE.fullmatch(profile):
        raise UsageError(
            f"{profile!r} is no name for a profile", subject=profile, advice="use letters, digits and . @ + - _"
        )
    try:
        cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        config.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        before = config.read_text("utf-8") if config.exists() else ""
        write(cache / f"{sha256(session.arn.encode()).hexdigest()}.json", json.dumps(_token(session)))
        write(config, _with_profile(before, profile, session))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"the session cannot be written: {error}", subject=profile, advice="choose another place for the files"
        ) from error


def _token(session: Entered) -> dict[str, object]:
    """Return what the SDK wants to find; nobody takes the token for refreshing, nor what its key signs."""
    credentials = {
        "accessKeyId": session.access_key,
        "secretAccessKey": session.secret,
        "sessionToken": session.token,
        "accountId": session.account,
        "expiresAt": session.expires,
    }
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return {
        "accessToken": credentials,
        "tokenType": "aws_sigv4",
        "refreshToken": "",
        "clientId": "arn:aws:signin:::devtools/same-device",
        "dpopKey": pem.decode(),
        "signInRegion": session.region,
    }


def _with_profile(before: str, profile: str, session: Entered) -> str:
    """Return the configuration with this profile at its end, everything else as it was."""
    name = profile if profile == "default" else f"profile {profile}"
    kept, ours = "", False
    for line in before.splitlines(keepends=True):
        heading = _HEADING.match(line)
        ours = heading[1].strip() == name if heading else ours
        kept += "" if ours else line
    gap = "" if kept.endswith("\n") or not kept else "\n"
    return f"{kept}{gap}[{name}]\nlogin_session = {session.arn}\nregion = {session.region}\n"
