"""An AWS on the loopback interface that holds hundreds of accounts and costs little.

It stands for an organization in which every call takes a while: what a provisioning run asks of target accounts it
answers from dictionaries, with the latency added, and everything else it hands to the embedded sandbox, whose accounts
are those of a manifest without targets. It keeps what is written and tells it back; to make what exists, or to attach
what does not, fails as in IAM; what it does not know it refuses. Signatures are not verified for target accounts: the
key of a session says which account it is for.

    python -m benchmarks.provisioning.loopback MANIFEST [MILLISECONDS]

MANIFEST is a manifest whose `accounts` are the targets. The first line printed is the environment for a client, as
JSON. GET /calls tells which calls were made since the last time it was asked, and what they cost this process; POST
/reset empties the targets, and POST /latency/MILLISECONDS changes the latency. It ends with its standard input.
"""

import asyncio
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from html import escape
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlsplit

from benchmarks.provisioning import surroundings
from breakglass import naming
from breakglass.manifest.model import Manifest
from breakglass.manifest.read import read
from breakglass.sandbox.server import HOST, Sandbox

_KEY_PREFIX = "ASIATARGET"
_READS = ("Assume", "Describe", "Get", "Head", "List", "Lookup")
_CREATED = "2026-01-01T00:00:00Z"
_EXPIRES = "2099-01-01T00:00:00Z"

Parameters = Mapping[str, str]
Operation = Callable[["Account", Parameters], str]


class RefusedError(Exception):
    """An answer that says no: IAM's code, and the status of HTTP."""

    def __init__(self, code: str, status: int, message: str = "it is refused") -> None:
        super().__init__(message)
        self.code = code
        self.status = status


@dataclass(slots=True)
class Role:
    """A role as it was made, and the ARNs of the policies it has."""

    made: Parameters
    policies: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Account:
    """A target account: its roles and its managed policies by name."""

    id: str
    roles: dict[str, Role] = field(default_factory=dict)
    policies: dict[str, Parameters] = field(default_factory=dict)

    def arn(self, kind: str, made: Parameters, name: str) -> str:
        """Return the ARN of what was made."""
        return f"arn:aws:iam::{self.id}:{kind}{made.get('Path', '/')}{name}"


def assume_role(_account: Account, asked: Parameters) -> str:
    """Let whoever asks into a role; into an emergency role nobody, as nobody has MFA here."""
    arn, name = asked["RoleArn"], asked["RoleSessionName"]
    account, role = arn.split(":")[4], arn.rpartition("/")[2]
    if role.startswith(naming.ROLE_PREFIX):
        who = "User: arn:aws:sts::333333333333:assumed-role/BreakGlassVerification/probe"
        raise RefusedError(
            "AccessDenied", 403, f"{who} is not authorized to perform: sts:AssumeRole on resource: {arn}"
        )
    return (
        f"<Credentials><AccessKeyId>{_KEY_PREFIX}{account}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>"
        f"<SessionToken>token</SessionToken><Expiration>{_EXPIRES}</Expiration></Credentials><AssumedRoleUser>"
        f"<AssumedRoleId>AROA:{name}</AssumedRoleId><Arn>arn:aws:sts::{account}:assumed-role/{role}/{name}</Arn>"
        "</AssumedRoleUser>"
    )


def create_policy(account: Account, asked: Parameters) -> str:
    """Keep a managed policy."""
    name = asked["PolicyName"]
    _must_be_new(name, account.policies)
    _must_be_json(asked["PolicyDocument"])
    account.policies[name] = asked
    return f"<Policy>{_policy_row(account, name)}</Policy>"


def create_role(account: Account, asked: Parameters) -> str:
    """Keep a role."""
    name = asked["RoleName"]
    _must_be_new(name, account.roles)
    _must_be_json(asked["AssumeRolePolicyDocument"])
    account.roles[name] = Role(asked)
    return f"<Role>{_role_row(account, name)}</Role>"


def attach_role_policy(account: Account, asked: Parameters) -> str:
    """Give a role a policy that exists."""
    role = account.roles.get(asked["RoleName"])
    arns = {account.arn("policy", made, name) for name, made in account.policies.items()}
    if role is None or asked["PolicyArn"] not in arns:
        raise RefusedError("NoSuchEntity", 404)
    if asked["PolicyArn"] not in role.policies:
        role.policies.append(asked["PolicyArn"])
    return ""


def get_account_authorization_details(account: Account, _asked: Parameters) -> str:
    """Tell all roles and policies, on one page."""
    roles = "".join(f"<member>{_role_detail(account, name)}</member>" for name in account.roles)
    policies = "".join(f"<member>{_policy_detail(account, name)}</member>" for name in account.policies)
    return (
        f"<UserDetailList/><GroupDetailList/><RoleDetailList>{roles}</RoleDetailList>"
        f"<Policies>{policies}</Policies><IsTruncated>false</IsTruncated>"
    )


def list_roles(account: Account, _asked: Parameters) -> str:
    """Tell all roles, on one page."""
    roles = "".join(f"<member>{_role_row(account, name)}</member>" for name in account.roles)
    return f"<Roles>{roles}</Roles><IsTruncated>false</IsTruncated>"


def get_account_summary(_account: Account, _asked: Parameters) -> str:
    """Tell of a root user without access keys."""
    return "<SummaryMap><entry><key>AccountAccessKeysPresent</key><value>0</value></entry></SummaryMap>"


def unknown(_account: Account, _asked: Parameters) -> str:
    """Refuse what is not modelled."""
    raise RefusedError("AccessDenied", 403)


OPERATIONS: Mapping[str, Operation] = {
    "AssumeRole": assume_role,
    "AttachRolePolicy": attach_role_policy,
    "CreatePolicy": create_policy,
    "CreateRole": create_role,
    "GetAccountAuthorizationDetails": get_account_authorization_details,
    "GetAccountSummary": get_account_summary,
    "ListRoles": list_roles,
}


def _must_be_new(name: str, existing: Mapping[str, object]) -> None:
    if name in existing:
        raise RefusedError("EntityAlreadyExists", 409)


def _must_be_json(document: str) -> None:
    try:
        json.loads(document)
    except ValueError as error:
        raise RefusedError("MalformedPolicyDocument", 400) from error


def _role_row(account: Account, name: str) -> str:
    made = account.roles[name].made
    return (
        f"<Path>{made['Path']}</Path><RoleName>{name}</RoleName><RoleId>AROA{name}</RoleId>"
        f"<Arn>{account.arn('role', made, name)}</Arn><CreateDate>{_CREATED}</CreateDate>"
        f"<AssumeRolePolicyDocument>{_encoded(made['AssumeRolePolicyDocument'])}</AssumeRolePolicyDocument>"
        f"<Description>{escape(made.get('Description', ''))}</Description>"
        f"<MaxSessionDuration>{made.get('MaxSessionDuration', '3600')}</MaxSessionDuration>"
    )


def _role_detail(account: Account, name: str) -> str:
    role = account.roles[name]
    attached = "".join(
        f"<member><PolicyName>{arn.rpartition('/')[2]}</PolicyName><PolicyArn>{arn}</PolicyArn></member>"
        for arn in role.policies
    )
    return (
        f"<Path>{role.made['Path']}</Path><RoleName>{name}</RoleName><RoleId>AROA{name}</RoleId>"
        f"<Arn>{account.arn('role', role.made, name)}</Arn><CreateDate>{_CREATED}</CreateDate>"
        f"<AssumeRolePolicyDocument>{_encoded(role.made['AssumeRolePolicyDocument'])}</AssumeRolePolicyDocument>"
        f"<InstanceProfileList/><RolePolicyList/><AttachedManagedPolicies>{attached}</AttachedManagedPolicies>"
        f"<Tags>{_tags(role.made)}</Tags>"
    )


def _tags(made: Parameters) -> str:
    keys = sorted(name for name in made if name.startswith("Tags.member.") and name.endswith(".Key"))
    pairs = ((made[key], made[f"{key.removesuffix('.Key')}.Value"]) for key in keys)
    return "".join(f"<member><Key>{escape(key)}</Key><Value>{escape(value)}</Value></member>" for key, value in pairs)


def _policy_row(account: Account, name: str) -> str:
    made = account.policies[name]
    return (
        f"<PolicyName>{name}</PolicyName><PolicyId>ANPA{name}</PolicyId><Path>{made['Path']}</Path>"
        f"<Arn>{account.arn('policy', made, name)}</Arn><DefaultVersionId>v1</DefaultVersionId>"
        f"<CreateDate>{_CREATED}</CreateDate>"
    )


def _policy_detail(account: Account, name: str) -> str:
    document = _encoded(account.policies[name]["PolicyDocument"])
    return (
        f"{_policy_row(account, name)}<PolicyVersionList><member><Document>{document}</Document>"
        f"<VersionId>v1</VersionId><IsDefaultVersion>true</IsDefaultVersion><CreateDate>{_CREATED}</CreateDate>"
        "</member></PolicyVersionList>"
    )


@lru_cache(maxsize=8192)
def _encoded(document: str) -> str:
    return quote(document, safe="")


class Loopback:
    """Every target account, and what was asked."""

    def __init__(self, manifest: Manifest, latency: float) -> None:
        self.latency = latency
        """In seconds, of every call."""
        self._accounts = {each.id: Account(each.id) for each in manifest.accounts}
        self.calls: Counter[str] = Counter()
        self.by_account: defaultdict[str, int] = defaultdict(int)

    def reset(self) -> None:
        """Empty every target account."""
        for account in self._accounts.values():
            account.roles.clear()
            account.policies.clear()

    def answer(self, credential: str, asked_for: str, body: bytes) -> surroundings.Answer | None:
        """Return what a target account answers; None where it is none.

        `credential` is that of the signature, with the service in it, `asked_for` the path, or the target where there
        is one.
        """
        key, _, _, service, _ = credential.split("/") if credential.count("/") == 4 else ("", "", "", "", "")
        target = key.removeprefix(_KEY_PREFIX) if key.startswith(_KEY_PREFIX) else ""
        if target and service not in ("iam", "sts"):
            name, told = surroundings.answer(service, asked_for)
            self.by_account[target] += 1
            self.calls[name] += 1
            return told
        if not target and b"Action=AssumeRole" not in body:
            return None
        asked = dict(parse_qsl(body.decode(), keep_blank_values=True))
        action = asked.get("Action", "")
        account = target or asked.get("RoleArn", "::::").split(":")[4]
        if account not in self._accounts:
            return None
        self.by_account[account] += 1
        self.calls[action] += 1
        status, told_in_xml = _wrapped(action, self._accounts[account], asked)
        return status, "text/xml", told_in_xml


def _wrapped(action: str, account: Account, asked: Parameters) -> tuple[int, bytes]:
    try:
        done = OPERATIONS.get(action, unknown)(account, asked)
    except RefusedError as error:
        said = f"<Type>Sender</Type><Code>{error.code}</Code><Message>{error}</Message>"
        return error.status, f"<ErrorResponse><Error>{said}</Error><RequestId>1</RequestId></ErrorResponse>".encode()
    told = f"<{action}Result>{done}</{action}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>"
    return 200, f"<{action}Response>{told}</{action}Response>".encode()


class Connection(asyncio.Protocol):
    """One connection of a client, which asks one thing after another."""

    def __init__(self, loopback: Loopback, sandbox: str) -> None:
        self._loopback = loopback
        self._sandbox = sandbox
        self._received = b""
        self._tasks: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what answers are written to."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - what the loop makes for TCP
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer once a request is whole; 100-continue is never waited for."""
        self._received += data
        head, blank, rest = self._received.partition(b"\r\n\r\n")
        if not blank:
            return
        first, headers = _parsed(head)
        length = int(headers.get(b"content-length", b"0"))
        if headers.get(b"expect") and not rest:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if len(rest) < length:
            return
        whole, self._received = head + blank + rest[:length], rest[length:]
        self._answer(first, headers, rest[:length], whole)

    def _answer(self, first: bytes, headers: Mapping[bytes, bytes], body: bytes, whole: bytes) -> None:
        if first.startswith((b"GET /calls", b"POST /reset", b"POST /latency/")):
            self._write(200, "application/json", self._told(first))
            return
        credential = headers.get(b"authorization", b"").partition(b"Credential=")[2].partition(b",")[0]
        asked_for = headers.get(b"x-amz-target", b"") or first.split(b" ")[1]
        answer = self._loopback.answer(credential.decode(), asked_for.decode(), body)
        if answer is None:
            self._loopback.calls[_operation(first, headers, body)] += 1
            task = asyncio.ensure_future(self._relay(whole))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        else:
            asyncio.get_running_loop().call_later(self._loopback.latency, self._write, *answer)

    def _told(self, first: bytes) -> bytes:
        if first.startswith(b"POST /reset"):
            self._loopback.reset()
        if first.startswith(b"POST /latency/"):
            self._loopback.latency = float(first.split(b" ")[1].rpartition(b"/")[2]) / 1000
        told = {
            "calls": dict(self._loopback.calls),
            "by_account": dict(self._loopback.by_account),
            "writes": {name: number for name, number in self._loopback.calls.items() if not name.startswith(_READS)},
            "cpu": {"milliseconds": round(1000 * time.process_time())},
        }
        self._loopback.calls.clear()
        self._loopback.by_account.clear()
        return json.dumps(told).encode()

    async def _relay(self, whole: bytes) -> None:
        """Let the sandbox answer, which takes the latency besides."""
        await asyncio.sleep(self._loopback.latency)
        reader, writer = await asyncio.open_connection(HOST, urlsplit(self._sandbox).port)
        writer.write(whole)
        answer = await reader.read()
        writer.close()
        self._transport.write(answer)
        if b"content-length" not in answer.partition(b"\r\n\r\n")[0].lower() or answer.startswith(b"HTTP/1.0"):
            self._transport.close()

    def _write(self, status: int, content_type: str, body: bytes) -> None:
        head = f"HTTP/1.1 {status} Told\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
        self._transport.write(head.encode() + body)


def _parsed(head: bytes) -> tuple[bytes, Mapping[bytes, bytes]]:
    first, *lines = head.split(b"\r\n")
    pairs = (line.partition(b":") for line in lines)
    return first, {name.strip().lower(): value.strip() for name, _, value in pairs}


def _operation(first: bytes, headers: Mapping[bytes, bytes], body: bytes) -> str:
    """Return what is asked of another service: the last word of a target, an action, or a path, or a method of HTTP."""
    method, path, _ = first.decode().split(" ")
    target = headers.get(b"x-amz-target", b"").rpartition(b".")[2].decode()
    action = dict(parse_qsl(body.decode("utf-8", "replace"))).get("Action", "")
    return target or action or (path.removeprefix("/") if method == "POST" else method).title()


async def serve(manifest: Manifest, latency: float, sandbox: Sandbox) -> None:
    """Answer until standard input ends; `latency` in seconds."""
    loopback, loop = Loopback(manifest, latency), asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(loopback, sandbox.url), HOST, 0, backlog=256)
    url = "http://{}:{}".format(*server.sockets[0].getsockname())
    print(json.dumps({**sandbox.environment(), "AWS_ENDPOINT_URL": url}), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


def main() -> None:
    """Serve the manifest that is named."""
    manifest, latency = read(Path(sys.argv[1])), float(sys.argv[2]) / 1000 if len(sys.argv) > 2 else 0.05
    everyone = tuple(replace(team, accounts="all") for team in manifest.teams)
    with Sandbox(replace(manifest, accounts=(), teams=everyone)) as sandbox:
        for each in manifest.accounts:
            sandbox.accounts.join(each.id, each.name)
        asyncio.run(serve(manifest, latency, sandbox))


if __name__ == "__main__":
    main()
