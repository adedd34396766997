"""Controls of the namespace: what is there is what is meant, and nobody but who provisions can change it."""

from typing import Final

from breakglass.assure.catalogue.frameworks import ISO, NIST, SOC2, WELL_ARCHITECTED
from breakglass.assure.checks.guardrails import guardrails
from breakglass.assure.checks.state import drift, policy_versions, roles, strays
from breakglass.assure.evidence import Assessment
from breakglass.controls import Control, Means, Reach
from breakglass.findings import Severity

NAMESPACE: Final[tuple[Assessment, ...]] = (
    Assessment(
        Control(
            id="drift",
            title="Everything is as the manifest says",
            rationale="Whatever differs from what was approved somebody has changed, and nobody has practised with it.",
            sources=("PA1", "PA7", "CC5"),
            severity=Severity.CRITICAL,
            codes=("DRIFT", "NOTHING_APPLIED"),
            means=Means.OBSERVE,
            reach=Reach.ACCOUNT,
            remediation="See the repair with `plan`, make it with `apply` or `deploy`, and find out who changed it.",
            frameworks={
                WELL_ARCHITECTED: ("SEC10-BP05", "SEC04-BP04"),
                NIST: ("CM-6",),
                SOC2: ("CC7.1",),
                ISO: ("A.8.9",),
            },
        ),
        drift,
    ),
    Assessment(
        Control(
            id="roles",
            title="Roles trust whom they are meant to trust, and have no more rights and no longer sessions than meant",
            rationale="Who may become a role, what it may do and for how long is all that stands between a person and"
            " an account: whoever widens it has a way in of their own.",
            sources=("PA7", "PA13", "PA17"),
            severity=Severity.CRITICAL,
            codes=("DRIFT",),
            means=Means.OBSERVE,
            reach=Reach.ACCOUNT,
            remediation="See the repair with `plan`, make it with `apply` or `deploy`, and find out who changed it and"
            " who got in meanwhile.",
            frameworks={
                WELL_ARCHITECTED: ("SEC10-BP05", "SEC04-BP04"),
                NIST: ("AC-6", "CM-6"),
                SOC2: ("CC6.3",),
                ISO: ("A.8.2",),
            },
        ),
        roles,
    ),
    Assessment(
        Control(
            id="strays",
            title="Nothing foreign lies in the namespace",
            rationale="The roles trust users by their name and path: whoever can put one there lets themselves in.",
            sources=("PA9", "PA13"),
            severity=Severity.CRITICAL,
            codes=("STRAY",),
            means=Means.OBSERVE,
            reach=Reach.ACCOUNT,
            remediation="Find out who made it; tag it if it is ours, delete it if not.",
            frameworks={
                WELL_ARCHITECTED: ("SEC10-BP05",),
                NIST: ("AC-2",),
                SOC2: ("CC6.2",),
                ISO: ("A.5.16",),
            },
        ),
        strays,
    ),
    Assessment(
        Control(
            id="guardrails",
            title="The guardrails hold the namespace",
            rationale="Trust by name is as good as what keeps others from making the name: without these service"
            " control policies, whoever administers IAM in an account can take the access.",
            sources=("PA9", "PA12", "PA13", "SP2"),
            severity=Severity.CRITICAL,
            codes=("NAMESPACE_OPEN",),
            means=Means.OBSERVE,
            reach=Reach.MANAGEMENT,
            remediation="Put them back with `apply` or `deploy`, with credentials of the management account.",
            frameworks={
                WELL_ARCHITECTED: ("SEC10-BP05", "SEC03-BP05"),
                NIST: ("AC-3",),
                SOC2: ("CC6.1",),
                ISO: ("A.5.15",),
            },
        ),
        guardrails,
    ),
    Assessment(
        Control(
            id="policy-versions",
            title="No version of a policy waits to be put in effect",
            rationale="A version that allows more and is not in effect is one call away from being so, and no"
            " comparison with what is in effect shows it.",
            sources=("PA7", "PA13"),
            severity=Severity.HIGH,
            codes=("POLICY_VERSION",),
            means=Means.PROVE,
            reach=Reach.ACCOUNT,
            remediation="Delete the version, as the finding says.",
            frameworks={NIST: ("AC-6",), ISO: ("A.8.2",)},
        ),
        policy_versions,
    ),
)
