"""Verifications to report on: clean, with something of everything, and of thousands of accounts."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from breakglass import naming, resources
from breakglass.controls import Control, Means, Reach
from breakglass.errors import DeniedError, UnavailableError
from breakglass.estate.desired import desired
from breakglass.estate.enrolment import register
from breakglass.estate.observation import Observation
from breakglass.estate.readiness_matrix import matrix
from breakglass.estate.verification import Result, Verification
from breakglass.facts import Enrolment, MfaDevice, Unread
from breakglass.findings import Finding, Severity
from breakglass.manifest.model import Manifest, Suppression
from breakglass.report.verification.changes import Changes, changes, past
from breakglass.report.verification.document import verification_document
from breakglass.resources import Key, Resource, Scope, State
from tests.conftest import manifest

MOMENT = datetime(2026, 11, 22, 4, 5, 6, tzinfo=UTC)
EARLIER = MOMENT - timedelta(days=1)
PROD, PAYMENTS = "222222222222", "444444444444"
NASTY = "<script>alert('&')</script>\x1b[31m\u202eevil\x00\nend\ud800"
"""What somebody may have called something."""


def control(
    name: str,
    means: Means = Means.OBSERVE,
    title: str = "",
    frameworks: Mapping[str, tuple[str, ...]] | None = None,
    answerable: str = "",
    reach: Reach = Reach.ACCOUNT,
) -> Control:
    return Control(
        id=name,
        title=title or f"What {name} demands is so",
        rationale="Otherwise it would not be.",
        sources=("PA1",),
        severity=Severity.HIGH,
        means=means,
        remediation="Make it so.",
        frameworks=frameworks or {},
        answerable=answerable,
        reach=reach,
    )


FRAMEWORKS = {"NIST SP 800-53 Rev. 5": ("AC-2", "AC-3(7)"), "CIS AWS 3.0": ("1.16",)}
CONTROLS = (
    control("matrix", Means.PROVE, "Everybody gets in where they are meant to, and nowhere else"),
    control("roles", frameworks=FRAMEWORKS),
    control("enrolment", title="Everybody can sign in, with MFA"),
    control("probes", Means.PROBE),
)
MANUAL = (control("envelopes", Means.MANUAL, title="The envelopes are in the safe", answerable="Head of Security"),)
SUPPRESSION = Suppression(
    code="DRIFT", subject="arn:aws:iam::222222222222:role/BREAK-GLASS-RANSOMWARE", severity="high", owner="Ana Souza",
    reason="Until the migration is over", expires=date(2026, 12, 31),
)  # fmt: skip


def finding(code: str, subject: str, severity: Severity = Severity.HIGH, detail: str = "") -> Finding:
    return Finding(code, severity, subject, detail or f"{subject} is not as it should be; see for yourself", "mend it")


DRIFTED = Result("roles", finding("DRIFT", SUPPRESSION.subject), PROD, SUPPRESSION)
MISSING = Result("enrolment", finding("MFA_MISSING", "dana-break-glass", Severity.MEDIUM), "111111111111")
SHUT_OUT = Result("matrix", finding("MISSING_ACCESS", PROD, Severity.CRITICAL), PROD)
STRAY = Result("roles", finding("STRAY", f"role {NASTY}", detail=f"{NASTY}; and so on"), PAYMENTS)
DENIED = DeniedError("AccessDenied when calling ListRoles", advice="let the verifier read it")
UNREAD = Unread(Scope("555555555555"), "the account", DENIED, frozenset({resources.ROLE}))
NOT_PROVED = Result(
    "everything-read", finding("NOT_PROVED", "555555555555", detail="the account could not be read"), "555555555555"
)


def enrolments(of: Manifest) -> tuple[Enrolment, ...]:
    since = datetime(2026, 6, 1, 9, tzinfo=UTC)
    security = of.scope(of.security_account)

    def enrolment(name: str) -> Enrolment:
        device = MfaDevice(naming.mfa_arn(of.partition, of.security_account, name), since)
        return Enrolment(security, name, since, devices=(device,), last_used=since + timedelta(days=100))

    return tuple(enrolment(naming.user_name(each.id)) for each in of.responders)


def verification(
    of: Manifest,
    state: State | None = None,
    results: Sequence[Result] = (),
    unread: Sequence[Unread] = (),
    controls: Sequence[Control] = CONTROLS,
    without: frozenset[str] = frozenset(),
) -> Verification:
    """Return a verification of what is desired, or of another state; `without` names users who are not enrolled."""
    read = desired(of) if state is None else state
    facts = tuple(each for each in enrolments(of) if each.user not in without)
    observation = Observation(read, {}, facts, tuple(unread))
    people = register(of, observation)
    accounts = of.account_ids
    return Verification(of, MOMENT, controls, accounts, observation, tuple(results), matrix(of, read), people)


def clean() -> Verification:
    return verification(manifest())


def telling() -> Verification:
    """Something of everything: shut out, let in too far, set aside, unread, and text that would do harm."""
    of = manifest()
    emeka = {"id": "emeka", "name": "Emeka Eze", "email": "emeka@acme.example", "teams": ["payments", "organization"]}
    others = [
        {"id": each.id, "name": each.name, "email": each.email, "teams": list(each.teams)}
        for each in of.responders
        if each.id != "emeka"
    ]
    state = dict(desired(manifest(responders=[*others, emeka])))
    gone = Key(Scope(PROD), resources.ROLE, "BREAK-GLASS-RANSOMWARE")
    unread = Key(Scope(UNREAD.scope.account), resources.ROLE, "BREAK-GLASS-RANSOMWARE")
    del state[gone], state[unread]
    odd = Key(Scope(PAYMENTS), resources.ROLE, "BREAK-GLASS-OLD")
    state[odd] = _like(state[Key(Scope(PAYMENTS), resources.ROLE, "BREAK-GLASS-DATA-BREACH")], "BREAK-GLASS-OLD")
    results = (SHUT_OUT, NOT_PROVED, STRAY, DRIFTED, MISSING)
    throttled = Unread(Scope("999999999999", "eu-west-1"), "alarms", UnavailableError("Rate exceeded"))
    found = verification(of, state, results, (UNREAD, throttled), without=frozenset({"dana-break-glass"}))
    return replace(found, charged=12)


def before(*findings: Mapping[str, object], **changes: object) -> str:
    """Return the document of a run the day before, with these findings."""
    document = verification_document(replace(clean(), moment=EARLIER))
    return json.dumps({**document, "findings": findings, **changes})


def row(of: Result, first_seen: datetime = EARLIER - timedelta(days=3), **changes: object) -> dict[str, object]:
    """Return a finding as an earlier document has it."""
    document = verification_document(verification(manifest(), results=[replace(of, suppression=None)]))
    (written,) = json.loads(json.dumps(document))["findings"]
    return {**written, "first_seen": first_seen.isoformat(), **changes}


GONE = Result("matrix", finding("UNINTENDED_ACCESS", "emeka-break-glass", Severity.CRITICAL), "111111111111")
HIDDEN = Result("roles", finding("DRIFT", "arn:aws:iam::555555555555:role/BREAK-GLASS-OLD"), "555555555555")


def since() -> Changes:
    """What changed before `telling`: of everything one."""
    then = past(before(row(SHUT_OUT), row(GONE), row(HIDDEN)), "earlier.json", "acme")
    return changes(then, telling())


def _like(role: Resource, name: str) -> Resource:
    return replace(role, properties={**role.properties, "RoleName": name})


def large(number: int = 3000) -> Verification:
    """Thousands of accounts of three kinds, forty people in eight teams, and thousands of findings."""
    ids = [f"{each:012}" for each in range(700_000_000_000, 700_000_000_000 + number)]
    playbooks = (["ransomware", "data-breach", "lost-access"], ["data-breach"], ["lost-access", "ransomware"])
    accounts = [
        {"id": each, "name": f"workload-{place}", "playbooks": playbooks[place % 3]} for place, each in enumerate(ids)
    ]
    teams = [
        {
            "name": f"region-{each}",
            "playbooks": playbooks[each % 3],
            "accounts": [account["name"] for account in accounts[each::80]],
        }
        for each in range(7)
    ]
    teams.append({"name": "incident", "playbooks": playbooks[0], "accounts": "all"})
    people = [
        {"id": f"person{each}", "name": f"Person {each}", "email": f"p{each}@acme.example",
         "teams": ["incident"] if each < 8 else [f"region-{each % 7}"]}
        for each in range(40)
    ]  # fmt: skip
    of = manifest(accounts=accounts, teams=teams, responders=people)
    state = dict(desired(of))
    for each in ids[:3]:
        del state[
            Key(Scope(each), resources.ROLE, "BREAK-GLASS-DATA-BREACH" if each == ids[1] else "BREAK-GLASS-RANSOMWARE")
        ]
    results = [
        *(Result("matrix", finding("MISSING_ACCESS", each, Severity.CRITICAL), each) for each in ids[:3]),
        *(
            Result("roles", finding("DRIFT", f"arn:aws:iam::{each}:role/BREAK-GLASS-DATA-BREACH"), each)
            for each in ids[: number // 2]
        ),
    ]
    return verification(of, state, results)
