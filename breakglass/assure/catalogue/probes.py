"""Controls that ask AWS itself: by calls it must deny, and for its own opinion of every policy."""

from typing import Final

from breakglass.assure.catalogue.frameworks import NIST, WELL_ARCHITECTED
from breakglass.assure.checks import answers
from breakglass.assure.evidence import Assessment
from breakglass.controls import Control, Means, Reach
from breakglass.findings import Severity

PROBES: Final[tuple[Assessment, ...]] = (
    Assessment(
        Control(
            id="probe",
            title="AWS denies every emergency role to whoever is outside the namespace",
            rationale="What a document means is in the end what AWS makes of it. One role of each trust that was read"
            " is asked for by the verification role, which has the right to ask: the denial is the trust's.",
            sources=("PA13",),
            severity=Severity.CRITICAL,
            codes=("PROBE_ENTERED", "NOT_PROVED"),
            means=Means.PROBE,
            reach=Reach.ENTRY,
            remediation="Put the trust back as the manifest means it, and find out in CloudTrail who changed it and who"
            " got in meanwhile.",
            frameworks={
                WELL_ARCHITECTED: ("SEC03-BP03", "SEC10-BP05"),
                NIST: ("AC-3", "CA-8"),
            },
        ),
        answers.entered,
    ),
    Assessment(
        Control(
            id="second-opinion",
            title="IAM Access Analyzer finds nothing in our policies, and agrees with our engine",
            rationale="What is proved here rests on one engine. AWS has another: it compares every trust with the one"
            " the manifest means in both directions, and looks for what no playbook may do. Where the two differ, one"
            " of them errs.",
            sources=("CC5", "PA13"),
            severity=Severity.CRITICAL,
            codes=(
                "POLICY_INVALID",
                "TRUST_WIDER",
                "TRUST_NARROWER",
                "POLICY_TOO_WIDE",
                "ENGINE_DISAGREES",
                "NOT_PROVED",
            ),
            means=Means.ASK,
            reach=Reach.ENTRY,
            remediation="Mend the document as the finding says; where the engines disagree, let two people read it.",
            frameworks={
                WELL_ARCHITECTED: ("SEC03-BP03",),
                NIST: ("AC-6",),
            },
        ),
        answers.opinions,
    ),
)
