"""What a person asks of a session besides its role, checked before AWS is asked: how long, why, and how much less."""

import json
import re
import unicodedata
from pathlib import Path
from typing import Final

from breakglass import naming
from breakglass.errors import UsageError

SHORTEST: Final = 900
LONGEST: Final = 12 * 3600
"""Seconds, of any session of a role.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
"""

MOST_POLICY: Final = 2048
"""Characters of a session policy, as above."""

_DURATION = re.compile(r"(?:(\d{1,3})h)?(?:(\d{1,4})m)?(?:(\d{1,6})s?)?", re.ASCII)
_TAG_LENGTH = 256
_TAG_MARKS = frozenset("_.:/=+-@")


def seconds(text: str, session_hours: int | None) -> int:
    """Return how many seconds `3600`, `30m`, `1h` or `1h30m` are; the longest session of the role is given in hours.

    Raises UsageError for what is none, or longer or shorter than AWS takes, with what sets the limit.
    """
    found = _DURATION.fullmatch(text)
    if not text or not found:
        raise _wrong(f"`{text}` is no duration", "write seconds, or such as 30m, 1h or 1h30m")
    hours, minutes, rest = (int(part or 0) for part in found.groups())
    asked = hours * 3600 + minutes * 60 + rest
    if asked < SHORTEST:
        raise _wrong(f"--duration {text} is too short", "AWS gives no session shorter than 15 minutes")
    if asked > LONGEST:
        raise _wrong(f"--duration {text} is too long", "AWS gives no session of a role longer than 12 hours")
    if session_hours is not None and asked > session_hours * 3600:
        why = f"the roles of this manifest have a MaxSessionDuration of {session_hours} h (`limits.session_hours`)"
        raise _wrong(f"--duration {text} is too long: {why}", f"ask for {session_hours}h at most, and again after that")
    return asked


def tags(reason: str | None, ticket: str | None) -> tuple[tuple[str, str], ...]:
    """Return the session tags for a reason and a ticket.

    Raises UsageError for what AWS takes in no tag: https://docs.aws.amazon.com/STS/latest/APIReference/API_Tag.html
    """
    given = zip(naming.SESSION_TAGS, (reason, ticket), ("--reason", "--ticket"), strict=True)
    return tuple((key, _tag_value(value, option)) for key, value, option in given if value is not None)


def session_policy(path: Path) -> str:
    """Return the session policy of a file, as short as JSON can be.

    Raises UsageError where the file cannot be read, is no JSON object, or too large for AWS.
    """
    try:
        document = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise _wrong(f"{path} cannot be read: {error.strerror}", "name a file with --session-policy") from error
    except (ValueError, RecursionError) as error:
        raise _wrong(f"{path} is no JSON: {error}", "write a policy document, as for a role") from error
    if not isinstance(document, dict):
        raise _wrong(f"{path} is no policy document", "write a JSON object with Version and Statement")
    text = json.dumps(document, separators=(",", ":"))
    if len(text) > MOST_POLICY:
        taken = f"it has {len(text):,} characters without its spaces, and AWS takes {MOST_POLICY:,}"
        raise _wrong(f"the session policy of {path} is too long: {taken}", "shorten it, with wildcards for one")
    return text


def _tag_value(value: str, option: str) -> str:
    if not value.strip():
        raise _wrong(f"{option} is empty", f"say something with {option}, or leave it out")
    if len(value) > _TAG_LENGTH:
        raise _wrong(f"{option} has {len(value)} characters", f"AWS takes {_TAG_LENGTH} in a session tag: shorten it")
    wrong = dict.fromkeys(each for each in value if not _is_taken(each))
    if wrong:
        named = " ".join(each if each.isprintable() else ascii(each).strip("'") for each in wrong)
        advice = "AWS takes letters, digits, spaces and _.:/=+-@ in a session tag: write it with those"
        raise _wrong(f"{option} has characters that AWS does not take: {named}", advice)
    return value


def _is_taken(character: str) -> bool:
    """Tell whether AWS takes a character in a tag: letters, separators and numbers of any script, and a few marks."""
    return character in _TAG_MARKS or unicodedata.category(character)[0] in "LZN"


def _wrong(message: str, advice: str) -> UsageError:
    return UsageError(message, advice=advice)
