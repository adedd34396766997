"""What a denial comes of: AWS's own words, and what is known besides."""

from dataclasses import replace

import pytest

from breakglass.errors import DeniedError
from breakglass.respond.shell.denials import Known, explain, mfa_may_help
from tests.respond.support import ROLE, USER

SIGNED_IN = Known(USER, ROLE, None, ("incident",), may=True)
BARE = Known(USER, ROLE, None)
KEY = replace(BARE, mfa=False)
CODED = replace(SIGNED_IN, mfa=True)
STRANGER = replace(SIGNED_IN, teams=(), may=False)

PLAIN = "User: x is not authorized to perform: sts:AssumeRole on resource: y"
SCP = f"{PLAIN} with an explicit deny in a service control policy"
RCP = f"{PLAIN} with an explicit deny in a resource control policy"
BOUNDARY = f"{PLAIN} with an explicit deny in a permissions boundary"
TAKEN = f"{PLAIN} with an explicit deny in an identity-based policy"
NOT_ALLOWED = f"{PLAIN} because no identity-based policy allows the sts:AssumeRole action"
TRUST = f"{PLAIN} because no resource-based policy allows the sts:AssumeRole action"
ENDPOINT = f"{PLAIN} because no VPC endpoint policy allows the sts:AssumeRole action"
CODE = "MultiFactorAuthentication failed with invalid MFA one time pass code."


@pytest.mark.parametrize(
    ("said", "known", "cause", "advice", "asks"),
    [
        (SCP, SIGNED_IN, "control policy of the organization", "another account", False),
        (RCP, SIGNED_IN, "control policy of the organization", "another account", False),
        (ENDPOINT, SIGNED_IN, "VPC endpoint", "another network", False),
        (BOUNDARY, SIGNED_IN, "without MFA", "aws login", True),
        (BOUNDARY, KEY, "without MFA", "aws login", True),
        (BOUNDARY, CODED, "to everybody", "breakglass verify", False),
        (TRUST, replace(CODED, is_listed=False), "in no organizational unit", "the card", False),
        (PLAIN, replace(SIGNED_IN, is_listed=False), "in no organizational unit", "aws login", True),
        (TAKEN, SIGNED_IN, "taken away", "ask whoever leads", False),
        (NOT_ALLOWED, SIGNED_IN, "AWS does not know of it yet", "breakglass plan", False),
        (NOT_ALLOWED, STRANGER, "in no team of the manifest", "of your own", False),
        (NOT_ALLOWED, BARE, f"no team of {USER} may", "of your own", False),
        (TRUST, SIGNED_IN, "demands MFA", "aws login", True),
        (TRUST, CODED, "does not exist in account 222222222222", "breakglass verify", False),
        (CODE, SIGNED_IN, "does not accept the MFA code", "next code", False),
        (PLAIN, STRANGER, "no team of", "of your own", False),
        (PLAIN, CODED, "does not exist", "breakglass verify", False),
        (PLAIN, KEY, "a long-term key never carries", "on a terminal", True),
        (PLAIN, BARE, "may not carry", "on a terminal", True),
    ],
)
def test_a_denial_is_told_with_its_cause_and_the_next_command(
    said: str, known: Known, cause: str, advice: str, asks: bool
) -> None:
    explained = explain(DeniedError(said), known, could_ask=False)
    assert explained.message.startswith(said)
    assert cause in explained.message
    assert advice in explained.advice
    assert mfa_may_help(said, known) is asks


def test_who_could_give_a_code_is_not_told_to_find_a_terminal() -> None:
    assert "terminal" not in explain(DeniedError(PLAIN), BARE, could_ask=True).advice
