"""What every account has: a root user, and perhaps a contact for security.

An account asks for its own contact without an account id: with one, only the management account or a delegated
administrator may, and not for the management account itself.
https://docs.aws.amazon.com/accounts/latest/reference/API_GetAlternateContact.html
"""

from __future__ import annotations

from breakglass import posture
from breakglass.aws.absent import absent
from breakglass.aws.found import Found
from breakglass.aws.sessions import Sessions
from breakglass.surroundings import RootUser, SecurityContact


def read(sessions: Sessions, found: Found) -> None:
    """Add whether the root user has access keys, and whether there is a contact for security.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html
    """
    scope = found.survey.scope
    with found.part("the account's summary", posture.ACCOUNT):
        summary = sessions.client("iam", scope.account).get_account_summary()["SummaryMap"]
        found.facts.append(RootUser(scope, has_access_keys=summary["AccountAccessKeysPresent"] != 0))
    with found.part("the contact for security", posture.ACCOUNT):
        found.facts.append(SecurityContact(scope, is_there=_has_contact(sessions, scope.account)))


def _has_contact(sessions: Sessions, account: str) -> bool:
    client = sessions.client("account", account)
    with absent("ResourceNotFoundException"):
        client.get_alternate_contact(AlternateContactType="SECURITY")
        return True
    return False
