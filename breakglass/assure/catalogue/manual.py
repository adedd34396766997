"""Controls that are deliberately not automated: what AWS cannot tell, and who answers for it instead."""

from typing import Final

from breakglass.assure.catalogue.frameworks import ISO, NIST, SOC2, WELL_ARCHITECTED
from breakglass.controls import Control, Means
from breakglass.findings import Severity

MANUAL: Final[tuple[Control, ...]] = (
    Control(
        id="custody",
        title="The sealed envelopes are in the hands they are meant for, and nobody holds both of one person",
        rationale="AWS knows that there is a password and a seed, and not who has them: the register of custodians is"
        " on paper, and seals are looked at by people.",
        sources=("PA6", "PA10"),
        severity=Severity.CRITICAL,
        means=Means.MANUAL,
        remediation="Look at every seal against the register each quarter; renew whatever was opened or is missing.",
        frameworks={WELL_ARCHITECTED: ("SEC10-BP05",), NIST: ("IA-5",), ISO: ("A.5.17",)},
        answerable="The custodians named in the register, and the security lead who counts the seals",
    ),
    Control(
        id="pages-read",
        title="Somebody reads the pages, and acts on them",
        rationale="The canary proves that a message reaches a receiver, and no machine proves that a person wakes up.",
        sources=("PA18", "PA20"),
        severity=Severity.HIGH,
        means=Means.MANUAL,
        remediation="Fire the canary in a drill nobody was told of, and time how long it takes until somebody answers.",
        frameworks={NIST: ("IR-3",), SOC2: ("CC7.3",)},
        answerable="The lead of the on-call rotation",
    ),
    Control(
        id="contacts-answer",
        title="Every number on the emergency card is answered by whom it names",
        rationale="A number can be checked for its form and not for who picks up: posts change hands.",
        sources=("PA8", "SP1"),
        severity=Severity.MEDIUM,
        means=Means.MANUAL,
        remediation="Call each of `contacts` and the accounts' security contact each quarter, and print new cards.",
        frameworks={NIST: ("IR-4",), ISO: ("A.5.24",)},
        answerable="The incident manager",
    ),
    Control(
        id="root-ready",
        title="The root user's password and MFA device of every account that needs one work, tried by two people",
        rationale="What root alone can do is rare, and nothing else can do it: password and device are kept apart, and"
        " only a sign-in by both custodians shows that they hold. To automate it would need what must not be stored.",
        sources=("PA5", "PA15"),
        severity=Severity.HIGH,
        means=Means.MANUAL,
        remediation="Sign in together once a year, and write down who, when and with which device.",
        frameworks={WELL_ARCHITECTED: ("SEC10-BP05", "SEC03-BP03"), ISO: ("A.8.2",)},
        answerable="The two custodians of the root credentials, of whom neither is a responder",
    ),
    Control(
        id="playbooks-approved",
        title="Each team's people and playbooks were approved by whoever answers for the accounts",
        rationale="That what is there equals the manifest is proved; that it says what is wanted somebody decides, and"
        " signs.",
        sources=("PA6", "PA22", "CC4"),
        severity=Severity.HIGH,
        means=Means.MANUAL,
        remediation="Review `teams`, `responders` and the playbooks each quarter; the approval is that of the change.",
        frameworks={WELL_ARCHITECTED: ("SEC10-BP05",), NIST: ("AC-2",), SOC2: ("CC6.3",), ISO: ("A.5.18",)},
        answerable="The owner of each account, and the security lead",
    ),
    Control(
        id="provisioners",
        title="Nobody but the platform team's pipeline becomes the provisioning role",
        rationale="It may change everything of emergency access, and each organization lets in whom it lets in: the"
        " guardrails hold its trust as it is, and cannot know whether it was right.",
        sources=("PA6", "PA13"),
        severity=Severity.CRITICAL,
        means=Means.MANUAL,
        remediation="Read the trust of the provisioning role in every account before the first apply, then quarterly.",
        frameworks={NIST: ("AC-6",), SOC2: ("CC6.3",), ISO: ("A.8.2",)},
        answerable="The lead of the platform team",
    ),
)
