"""moto knows no service-specific credentials. Seen in 5.2.1 and 5.2.5.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceSpecificCredential.html
"""

import secrets
from datetime import datetime, timedelta

from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.iam.exceptions import IAMException, LimitExceededException, NoSuchEntity, ValidationError
from moto.iam.models import User
from moto.iam.responses import IamResponse

from breakglass.sandbox.sessions import new_identifier

Credential = dict[str, str | datetime]

_ATTRIBUTE = "service_specific_credentials"
_MOST = 2
_WITH_PASSWORD = frozenset({"cassandra.amazonaws.com", "codecommit.amazonaws.com"})
_WITH_SECRET = frozenset({"bedrock.amazonaws.com", "logs.amazonaws.com"})
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_service-specific-creds.html"""

_HIDDEN = frozenset({"ServicePassword", "ServiceCredentialSecret"})


def credentials(user: User) -> dict[str, Credential]:
    """Return the credentials of a user by their ids; the dictionary is the user's own."""
    held: dict[str, Credential] = vars(user).setdefault(_ATTRIBUTE, {})
    return held


class ServiceSpecificCredentials(IamResponse):
    """The five operations on these credentials."""

    def create_service_specific_credential(self) -> ActionResult:
        """Make one and show its secret."""
        user = self.backend.get_user(self._get_param("UserName"))
        service = self._get_param("ServiceName")
        _supported(service)
        held = credentials(user)
        if sum(each["ServiceName"] == service for each in held.values()) >= _MOST:
            raise LimitExceededException(f"Cannot exceed quota for ServiceSpecificCredentialsPerUser: {_MOST}")
        made: Credential = {
            "UserName": user.name,
            "ServiceName": service,
            "ServiceSpecificCredentialId": new_identifier("ACCA"),
            "CreateDate": utcnow(),
            "Status": "Active",
        }
        days = self._get_int_param("CredentialAgeDays")
        if days:
            made["ExpirationDate"] = utcnow() + timedelta(days=days)
        _renew(made, user.account_id)
        held[str(made["ServiceSpecificCredentialId"])] = made
        return ActionResult({"ServiceSpecificCredential": made})

    def list_service_specific_credentials(self) -> ActionResult:
        """Show those of one user, or of all users, without their secrets."""
        name, service = self._get_param("UserName"), self._get_param("ServiceName")
        everyone = self._get_bool_param("AllUsers")
        if name and everyone:
            raise ValidationError("UserName and AllUsers cannot be given together.")
        if service:
            _supported(service)
        users = list(self.backend.users.values()) if everyone else [self.backend.get_user(name)]
        found = [each for user in users for each in credentials(user).values()]
        wanted = [each for each in found if service in (None, each["ServiceName"])]
        shown = [{key: value for key, value in each.items() if key not in _HIDDEN} for each in wanted]
        return ActionResult({"ServiceSpecificCredentials": shown})

    def update_service_specific_credential(self) -> ActionResult:
        """Switch one on or off."""
        self._credential()["Status"] = self._get_param("Status")
        return EmptyResult()

    def reset_service_specific_credential(self) -> ActionResult:
        """Give one a new secret and show it."""
        credential = self._credential()
        _renew(credential, self.current_account)
        return ActionResult({"ServiceSpecificCredential": credential})

    def delete_service_specific_credential(self) -> ActionResult:
        """Delete one."""
        identifier = str(self._credential()["ServiceSpecificCredentialId"])
        for user in self.backend.users.values():
            credentials(user).pop(identifier, None)
        return EmptyResult()

    def _credential(self) -> Credential:
        name, identifier = self._get_param("UserName"), self._get_param("ServiceSpecificCredentialId")
        for user in self.backend.users.values():
            if identifier in credentials(user) and name in (None, user.name):
                return credentials(user)[identifier]
        raise NoSuchEntity(f"No such credential {identifier} exists.")


def _supported(service: str) -> None:
    if service not in _WITH_PASSWORD | _WITH_SECRET:
        raise IAMException("NotSupportedService", f"No such service {service} is supported.")


def _renew(credential: Credential, account: str) -> None:
    secret = secrets.token_urlsafe(33)
    name = f"{credential['UserName']}-at-{account}"
    if credential["ServiceName"] in _WITH_PASSWORD:
        credential |= {"ServiceUserName": name, "ServicePassword": secret}
    else:
        credential |= {"ServiceCredentialAlias": name, "ServiceCredentialSecret": secret}
