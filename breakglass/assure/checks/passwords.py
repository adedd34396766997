"""Controls of passwords in time: whether they still hold on the day, and when somebody last proved that theirs does."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from breakglass import resources
from breakglass.assure.evidence import Evidence
from breakglass.estate.enrolment import Entry, register
from breakglass.estate.wording import counted
from breakglass.findings import Finding, Severity
from breakglass.resources import Resource


def proof_of_use(evidence: Evidence) -> Iterator[Finding]:
    """Tell everybody whose last sign-in, or password if it was made since, is older than the manifest allows."""
    days = evidence.manifest.limits.proof_days
    for entry in register(evidence.manifest, evidence.observation):
        proved = _proved(entry)
        if proved is not None and evidence.moment - proved > timedelta(days=days):
            yield _stale(entry, proved, days)


def password_age(evidence: Evidence) -> Iterator[Finding]:
    """Tell where the security account's password policy lets passwords die, and on which day whose does."""
    scope = evidence.manifest.scope(evidence.manifest.security_account)
    for key, policy in sorted(evidence.everything.items()):
        if key.type == resources.PASSWORD_POLICY and key.scope == scope and _expires(policy):
            yield _dying(policy, register(evidence.manifest, evidence.observation), evidence.manifest.writer)


def _proved(entry: Entry) -> datetime | None:
    fact = entry.enrolment
    if fact is None or fact.password_since is None:
        return None
    return max(fact.password_since, fact.last_used or fact.password_since)


def _stale(entry: Entry, proved: datetime, days: int) -> Finding:
    used = entry.enrolment is not None and entry.enrolment.last_used == proved
    since = f"last signed in on {proved:%Y-%m-%d}" if used else f"has not signed in since {_made(proved)}"
    return Finding(
        "PROOF_STALE",
        Severity.MEDIUM,
        entry.user,
        f"the person {since}, and {counted(days, 'day')} without a proof are the most",
        f"let the person sign in, in a drill; if an envelope was opened for it, run: breakglass enroll {entry.person}"
        " --renew",
    )


def _made(moment: datetime) -> str:
    return f"the password was made on {moment:%Y-%m-%d}"


def _expires(policy: Resource) -> bool:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html"""
    return bool(policy.properties.get("MaxPasswordAge") or policy.properties.get("HardExpiry"))


def _dying(policy: Resource, people: Sequence[Entry], writer: str) -> Finding:
    age = policy.properties.get("MaxPasswordAge")
    days = age if isinstance(age, int) else 0
    after = f"passwords expire after {counted(days, 'day')}" if days else "passwords may expire"
    then = "then nobody but an administrator can set another" if policy.properties.get("HardExpiry") else _CHANGE
    told = ", ".join(_deaths(people, days)) if days else "as soon as a maximum age is set"
    return Finding(
        "PASSWORD_EXPIRES",
        Severity.HIGH,
        policy.scope.account,
        f"{after}, and {then}: {told or 'nobody has one yet'}",
        f"run plan to see the repair and {writer} to make it, and find out in CloudTrail who changed it",
    )


_CHANGE = "then the person must change it first, which is a write to IAM in one region"


def _deaths(people: Sequence[Entry], days: int) -> Iterator[str]:
    known = ((entry.person, entry.enrolment.password_since) for entry in people if entry.enrolment)
    dated = sorted((since + timedelta(days=days), person) for person, since in known if since is not None)
    yield from (f"{person}'s on {day:%Y-%m-%d}" for day, person in dated)
