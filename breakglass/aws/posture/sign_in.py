"""Who may sign in to the console of an account, and from where: the resource policy of AWS Sign-In.

Only commercial regions have one. All are written in one region, whence AWS copies them to the others.
https://docs.aws.amazon.com/signin/latest/userguide/console-access-control.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, cast

from breakglass import posture
from breakglass.aws.absent import absent
from breakglass.aws.found import Found
from breakglass.aws.sessions import Sessions
from breakglass.documents import Document, Json
from breakglass.surroundings import SignInPolicy

if TYPE_CHECKING:
    from mypy_boto3_signin import SignInServiceClient
    from mypy_boto3_signin.type_defs import PolicyStatementTypeDef

_COMMERCIAL: Final = "aws"
_ABSENT: Final = "ResourceNotFoundException"


def read(sessions: Sessions, found: Found) -> None:
    """Add the policy, where there is one."""
    scope = found.survey.scope
    if scope.partition != _COMMERCIAL:
        return
    with found.part("the policy of AWS Sign-In", posture.SIGN_IN):
        client = sessions.client("signin", scope.account)
        document = _document(client)
        if document["Statement"]:
            found.facts.append(SignInPolicy(scope, document, is_in_force=_is_in_force(client)))


def _document(client: SignInServiceClient) -> Document:
    """Return the policy in the elements of the policy language, as AWS Sign-In sends them; an empty one without any."""
    with absent(_ABSENT):
        told = client.get_resource_policy()["signinResourceBasedPolicy"]
        version: Mapping[str, Json] = {"Version": told["version"]} if "version" in told else {}
        return {**version, "Statement": [_statement(each) for each in told.get("statement", ())]}
    return {"Statement": []}


def _statement(told: PolicyStatementTypeDef) -> Json:
    return {name.capitalize(): value for name, value in cast("Mapping[str, Json]", told).items()}


def _is_in_force(client: SignInServiceClient) -> bool:
    """Tell whether console authorization is enabled: asked without a target, of the account itself.

    https://docs.aws.amazon.com/signin/latest/APIReference/API_GetConsoleAuthorizationConfiguration.html
    """
    with absent(_ABSENT):
        return client.get_console_authorization_configuration()["consoleAuthorizationEnabled"]
    return False
