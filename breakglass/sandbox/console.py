"""The console, without its pages: signing in, failing to, and switching into a role.

No request over the network comes here; what happens is judged as elsewhere, and CloudTrail tells of it.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-console.html
"""

from collections.abc import Mapping
from urllib.parse import urlencode

from breakglass import naming
from breakglass.errors import DeniedError, UsageError
from breakglass.sandbox import sts
from breakglass.sandbox.answers import XML, failure
from breakglass.sandbox.clock import SandboxClock
from breakglass.sandbox.cloudtrail import console
from breakglass.sandbox.cloudtrail.calls import INTERNAL
from breakglass.sandbox.cloudtrail.identity import name
from breakglass.sandbox.emulator import Emulator
from breakglass.sandbox.request import Request
from breakglass.sandbox.sessions import Session, Sessions
from breakglass.sandbox.witness import Witness

ROOT = "root"
"""The user name that stands for the account's root user, who signs in and may do nothing else here."""


class Console:
    """Sign-in pages of one partition: `region` is that of the sign-in endpoint, `home` the one of root's."""

    def __init__(
        self, partition: str, emulator: Emulator, sessions: Sessions, clock: SandboxClock, witness: Witness
    ) -> None:
        self._partition = partition
        self._home = naming.GLOBAL_REGIONS[partition]
        self._emulator = emulator
        self._sessions = sessions
        self._clock = clock
        self._witness = witness

    def sign_in(self, account: str, user: str, region: str, *, mfa: bool) -> Session:
        """Return the credentials of a user who signed in. Raises UsageError where there is no such user."""
        found = self._user(account, user)
        if found is None:
            raise nobody(account, user)
        session = sts.signed_in(found, self._clock.now(), mfa=mfa)
        self._sessions.add(session)
        self._witness.tell([console.signed_in(session, self._where(user, region), self._clock.now())])
        return session

    def fail_to_sign_in(self, account: str, user: str, region: str, *, mfa: bool) -> None:
        """Let a sign-in fail, of a user who exists or of nobody."""
        found, where = self._user(account, user), self._where(user, region)
        self._witness.tell([console.failed(account, user, found, where, self._clock.now(), mfa=mfa)])

    def switch_role(self, caller: Session, role_arn: str, region: str) -> Session:
        """Return the session of a role that a user, who signed in, switched into.

        Raises DeniedError where STS would not let the user assume it.
        """
        parameters = {"RoleArn": role_arn, "RoleSessionName": name(caller)}
        asked = request(caller, "sts", "AssumeRole", parameters, region)
        decision = self._emulator.decide(caller, asked, self._clock.now())
        role = self._emulator.role(role_arn)
        if not decision.allowed or role is None:
            self._witness.see(asked, caller, failure("sts", "AccessDenied", decision.why), through=INTERNAL)
            raise DeniedError(decision.why, subject=role_arn, advice="see who may assume the role, and how")
        assumed = sts.assume(asked, caller, role, self._partition, self._clock.now())
        self._sessions.add(assumed)
        self._witness.see(asked, caller, sts.assumed(assumed), through=INTERNAL)
        self._witness.tell([console.switched(caller, assumed, region, self._clock.now())])
        return assumed

    def _user(self, account: str, user: str) -> Session | None:
        if user != ROOT:
            return self._emulator.user(account, user)
        return Session("", "", account, naming.root_arn(self._partition, account), account)

    def _where(self, user: str, region: str) -> str:
        """Return the region of a sign-in: root's is always the same.

        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
        """
        return self._home if user == ROOT else region


def nobody(account: str, user: str) -> UsageError:
    """Return what to say where a user is not there."""
    return UsageError(
        f"the sandbox has no user {user} in account {account}", subject=user, advice="apply a manifest first"
    )


def request(caller: Session, service: str, action: str, parameters: Mapping[str, str], region: str) -> Request:
    """Return the call, in the query protocol, that the console makes for somebody."""
    return Request(
        access_key=caller.access_key,
        token=caller.token,
        date="",
        region=region,
        service=service,
        action=action,
        parameters=parameters,
        body=urlencode({"Action": action, **parameters}).encode(),
        content_type=XML,
        headers=(),
        signature="",
        agent=INTERNAL,
    )
