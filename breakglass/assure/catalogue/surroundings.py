"""Controls of what surrounds emergency access in the accounts: others make it, and it can undo what we make."""

from typing import Final

from breakglass.assure.catalogue.frameworks import CIS, NIST, WELL_ARCHITECTED
from breakglass.assure.checks.console_sign_in import console_sign_in
from breakglass.assure.checks.external_access import external_access
from breakglass.assure.checks.surroundings import contacts, generic_remediation, root_keys
from breakglass.assure.evidence import Assessment
from breakglass.controls import Control, Means, Reach
from breakglass.findings import Severity
from breakglass.posture import ANALYZER

SURROUNDINGS: Final[tuple[Assessment, ...]] = (
    Assessment(
        Control(
            id="root-keys",
            title="No root user has access keys",
            rationale="A key of the root user works without MFA, and nothing in its account binds it: it is a way in"
            " past every other, and nobody's own.",
            sources=("PA2", "PA5", "PA12"),
            severity=Severity.CRITICAL,
            codes=("ROOT_ACCESS_KEY",),
            means=Means.OBSERVE,
            reach=Reach.ACCOUNT,
            remediation="Delete the keys, with centralized root access or signed in as the root user.",
            frameworks={WELL_ARCHITECTED: ("SEC01-BP02", "SEC10-BP05"), CIS: ("1.3",), NIST: ("AC-6(2)",)},
        ),
        root_keys,
    ),
    Assessment(
        Control(
            id="contacts",
            title="AWS knows whom to tell of security matters in every account",
            rationale="What AWS itself notices, such as a key that was published, it tells the alternate contact for"
            " security; without one it goes to the mailbox of a root user, which nobody may read.",
            sources=("SP1",),
            severity=Severity.MEDIUM,
            codes=("CONTACT_MISSING",),
            means=Means.OBSERVE,
            reach=Reach.ACCOUNT,
            remediation="Set the alternate contact for security of the account.",
            frameworks={WELL_ARCHITECTED: ("SEC10-BP01",), CIS: ("1.2",)},
        ),
        contacts,
    ),
    Assessment(
        Control(
            id="generic-remediation",
            title="Nothing disables or deletes emergency users for lying idle",
            rationale="Emergency users are idle by intent. What cleans up idle users by itself takes their passwords"
            " away, and the day they are needed nobody gets in.",
            sources=("PA1",),
            severity=Severity.HIGH,
            codes=("REMEDIATION_DELETES_USERS",),
            means=Means.OBSERVE,
            reach=Reach.SECURITY,
            remediation="Take the remediation off the rule, or let a person start it.",
            frameworks={WELL_ARCHITECTED: ("SEC10-BP05",), NIST: ("AC-2(2)", "AC-2(3)")},
        ),
        generic_remediation,
    ),
    Assessment(
        Control(
            id="console-sign-in",
            title="People can sign in to the console from wherever they are",
            rationale="A resource policy of AWS Sign-In binds everybody, and by default people in an emergency too:"
            " they may be at home, and the network the policy trusts may be what is down.",
            sources=("PA1",),
            severity=Severity.CRITICAL,
            codes=("SIGN_IN_RESTRICTED",),
            means=Means.PROVE,
            reach=Reach.ACCOUNT,
            remediation="Delete the statements that bind emergency users, or except them in a resource control policy.",
            frameworks={WELL_ARCHITECTED: ("SEC10-BP05",), NIST: ("AC-2(2)",)},
        ),
        console_sign_in,
    ),
    Assessment(
        Control(
            id="external-access",
            title="Nobody outside the organization gets into an emergency role",
            rationale="IAM Access Analyzer reads the trust of every role by itself, between two verifications as well,"
            " and is not of our making: where it disagrees with us, somebody has to look.",
            sources=("SP6", "PA13"),
            severity=Severity.CRITICAL,
            codes=("EXTERNAL_ACCESS", "ANALYZER_MISSING"),
            means=Means.ASK,
            needs=frozenset({ANALYZER}),
            remediation="Put the trust of the role back, or make an analyzer for the organization.",
            frameworks={WELL_ARCHITECTED: ("SEC03-BP07",), CIS: ("1.19",), NIST: ("AC-6", "CA-7")},
        ),
        external_access,
    ),
)
