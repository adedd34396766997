"""The controls: each a question asked of what was read back, answered with findings.

A control never answers for what could not be read: `verify` adds NOT_PROVED for that.
"""

from collections.abc import Iterator

from breakglass.assure import alerting
from breakglass.assure.catalogue.probes import PROBES
from breakglass.assure.catalogue.surroundings import SURROUNDINGS
from breakglass.assure.enrolments import devices, enrolment, sign_ins
from breakglass.assure.evidence import Assessment, Check, Evidence
from breakglass.assure.guardrails import guardrails
from breakglass.assure.matrix import matrix
from breakglass.assure.people import boundaries, credentials, password_policy, strangers, user_policies
from breakglass.assure.regions import regions
from breakglass.assure.state import drift, policy_versions, strays
from breakglass.assure.ways_in import ways_in
from breakglass.controls import Control, Means
from breakglass.estate.claims.proofs import BY_DOCUMENTS, proofs
from breakglass.estate.doubts import doubts
from breakglass.findings import Finding, Severity


def claims(evidence: Evidence) -> Iterator[Finding]:
    """Tell every claim that what was read back does not bear out; who gets in is the matrix's."""
    yield from doubts(proofs(evidence.manifest, evidence.everything, evidence.observation.unread, BY_DOCUMENTS))


def _row(id_: str, title: str, sources: tuple[str, ...], check: Check) -> Assessment:
    control = Control(
        id=id_,
        title=title,
        rationale="",
        sources=sources,
        severity=Severity.CRITICAL,
        means=Means.OBSERVE,
        remediation="",
    )
    return Assessment(control, check)


ASSESSMENTS: tuple[Assessment, ...] = (
    _row(
        "drift",
        "Everything is as the manifest says",
        ("PA1", "PA7", "CC5"),
        drift,
    ),
    _row(
        "strays",
        "Nothing foreign lies in the namespace",
        ("PA9", "PA13"),
        strays,
    ),
    _row("ways-in", "Enough people can get into every account, as they are", ("PA1",), ways_in),
    _row("enrolment", "Everybody can sign in, with MFA", ("PA1", "PA11"), enrolment),
    _row("devices", "Every MFA device is somebody's own", ("PA10", "PA11"), devices),
    _row("sign-ins", "Nobody else can sign in", ("PA9", "PA10"), sign_ins),
    _row("matrix", "Everybody gets in where they are meant to, and nowhere else", ("PA1", "PA13"), matrix),
    _row("strangers", "Nobody else is in a team", ("PA9", "PA13"), strangers),
    _row("credentials", "Nobody has a long-lived credential but a password", ("PA12",), credentials),
    _row(
        "user-policies",
        "No user has a policy of their own",
        ("PA7", "PA13"),
        user_policies,
    ),
    _row("boundaries", "Every user is under the permissions boundary", ("PA13",), boundaries),
    _row("guardrails", "The guardrails hold the namespace", ("PA13",), guardrails),
    _row("policy-versions", "No version of a policy waits to be put in effect", ("PA7", "PA13"), policy_versions),
    _row("claims", "Every claim is proved of what was read back", ("PA1", "PA9", "PA13"), claims),
    _row("alert-links", "Every link of both alert channels carries", ("PA18", "PA20"), alerting.links),
    _row("regions", "Every region that can be used is listened to", ("PA18",), regions),
    _row("trails", "Every event reaches the log group that is filtered", ("PA18",), alerting.trails),
    _row("receivers", "Enough people are told", ("PA20",), alerting.receivers),
    _row("password-policy", "The password policy binds nobody else", ("PA11",), password_policy),
    *PROBES,
    *SURROUNDINGS,
)

EVERYTHING_READ = Control(
    id="everything-read",
    title="Everything that is looked at can be read",
    rationale="What was not seen may be anything: nothing is called clean because it could not be read.",
    sources=("CC5",),
    severity=Severity.HIGH,
    means=Means.OBSERVE,
    remediation="Make it readable, as the finding says, and verify again.",
)
"""Whatever controls are run."""

CONTROLS: tuple[Control, ...] = tuple(each.control for each in ASSESSMENTS)
