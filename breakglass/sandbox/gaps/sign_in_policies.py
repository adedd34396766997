"""moto knows nothing of AWS Sign-In. Seen in 5.2.5.

A permission statement becomes two of the policy, for the actions before authentication and after it. Nobody is kept
from signing in by it here.
https://docs.aws.amazon.com/signin/latest/userguide/console-access-control.html
https://docs.aws.amazon.com/signin/latest/APIReference/API_PutResourcePermissionStatement.html
"""

from dataclasses import dataclass, field

from moto.account.models import account_backends
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, BaseResponse, EmptyResult

from breakglass.sandbox.sessions import new_identifier

_ATTRIBUTE = "sign_in_policy"
_HOME = "us-east-1"
_LANGUAGE = {"version": "2012-10-17"}
_PHASES = {
    "signin:PrincipalArn": ["signin:Authenticate"],
    "aws:PrincipalArn": ["signin:CreateOAuth2Token", "signin:AuthorizeOAuth2Access"],
}
"""The key that says who asks -> the actions that have it."""

_NETWORKS = {
    "sourceIp": ("NotIpAddress", "aws:SourceIp"),
    "sourceVpc": ("StringNotEquals", "aws:SourceVpc"),
    "signinSourceVpce": ("StringNotEquals", "aws:SourceVpce"),
    "vpcSourceIp": ("NotIpAddress", "aws:VpcSourceIp"),
    "requestedRegion": ("StringNotEquals", "aws:RequestedRegion"),
}
"""Parameter -> how the statement denies everything else."""

_Conditions = dict[str, dict[str, list[str]]]


class _NotFoundError(ServiceException):
    code = "ResourceNotFoundException"


class _InvalidError(ServiceException):
    code = "ValidationException"


@dataclass(slots=True)
class _Held:
    """What an account has: permission statements by their ids, and whether they are in force."""

    statements: dict[str, tuple[_Conditions, str]] = field(default_factory=dict)
    """Conditions on the network, and the principal that is excepted."""
    enabled: bool = False


class SignInPolicies(BaseResponse):
    """AWS Sign-In: the operations on an account's resource policy, and on whether it is in force."""

    def __init__(self) -> None:
        super().__init__(service_name="signin")
        self.automated_parameter_parsing = True

    def put_resource_permission_statement(self) -> ActionResult:
        """Add a statement that denies what is not of a network, but to one principal."""
        self._write()
        conditions: _Conditions = {}
        for parameter, (operator, key) in _NETWORKS.items():
            value = self._get_param(parameter)
            if value:
                conditions.setdefault(operator, {})[key] = [value]
        if not conditions:
            raise _InvalidError("A statement has a condition.")
        identifier = new_identifier("").ljust(64, "A")
        self._held.statements[identifier] = (conditions, self._get_param("excludedPrincipal") or "")
        return ActionResult({"statementId": identifier})

    def delete_resource_permission_statement(self) -> EmptyResult:
        """Take a statement away."""
        self._write()
        if self._held.statements.pop(self._get_param("statementId"), None) is None:
            raise _NotFoundError("There is no such statement.")
        return EmptyResult()

    def list_resource_permission_statements(self) -> ActionResult:
        """Return all statements, on one page."""
        held = self._held.statements.items()
        return ActionResult({"permissionStatements": [{"sid": sid, "condition": told} for sid, (told, _) in held]})

    def get_resource_policy(self) -> ActionResult:
        """Return the policy all statements make up."""
        if not self._held.statements:
            raise _NotFoundError("There is no resource policy.")
        statements = [
            self._statement(conditions, excluded, key)
            for conditions, excluded in self._held.statements.values()
            for key in _PHASES
        ]
        return ActionResult({"signinResourceBasedPolicy": {**_LANGUAGE, "statement": statements}})

    def put_console_authorization_configuration(self) -> ActionResult:
        """Put the policy in force."""
        self._write()
        self._held.enabled = True
        return self._configuration()

    def get_console_authorization_configuration(self) -> ActionResult:
        """Tell whether the policy is in force."""
        return self._configuration()

    def delete_console_authorization_configuration(self) -> ActionResult:
        """Put the policy out of force."""
        self._write()
        self._held.enabled = False
        return self._configuration()

    def _configuration(self) -> ActionResult:
        told = {"targetId": self.current_account, "scope": "ACCOUNT", "consoleAuthorizationEnabled": self._held.enabled}
        return ActionResult(told)

    def _statement(self, conditions: _Conditions, excluded: str, key: str) -> dict[str, object]:
        whole = {operator: dict(block) for operator, block in conditions.items()}
        whole["StringEquals"] = {"aws:ResourceAccount": [self.current_account]}
        if excluded:
            whole["ArnNotEquals"] = {key: [excluded]}
        statement: dict[str, object] = {"effect": "Deny", "principal": {"AWS": "*"}, "resource": "*"}
        return {**statement, "action": _PHASES[key], "condition": whole}

    def _write(self) -> None:
        if self.region != _HOME:
            raise _InvalidError(f"What is written is written in {_HOME}.")

    @property
    def _held(self) -> _Held:
        held: _Held = vars(account_backends[self.current_account][self.partition]).setdefault(_ATTRIBUTE, _Held())
        return held
