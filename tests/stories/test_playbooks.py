"""Each playbook is carried out in a session of its role: its calls are allowed, and others are not."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
import yaml
from botocore import xform_name
from botocore.awsrequest import AWSPreparedRequest
from botocore.exceptions import ClientError

from breakglass import data, naming
from breakglass.cli.main import run
from breakglass.documents import Document, Json
from breakglass.estate.desired import desired
from breakglass.iam.nouns import Decision
from breakglass.manifest.model import Manifest
from breakglass.manifest.read import read as read_manifest
from breakglass.playbooks import denials
from breakglass.playbooks.model import Call, Phase, Playbook
from breakglass.playbooks.read import read
from breakglass.playbooks.rights import needed, session_policy
from breakglass.report.playbooks.notebook import notebook as rendered_notebook
from breakglass.resources import MANAGED_POLICY, ROLE, Key, State, items
from breakglass.sandbox.environment import merged
from breakglass.sandbox.server import Sandbox
from breakglass.sandbox.services import SERVICES
from breakglass.sandbox.sessions import Session
from tests.conftest import ACME
from tests.stories.conftest import MANAGEMENT, PROD, SECURITY, USER, denied, lead, role_arn, sts
from tests.stories.rehearsing import (
    RESERVE,
    TEAM,
    UNMODELLED,
    asked,
    decision,
    every_call,
    executed,
    others,
    parameters,
)

REGION = "eu-west-1"
OWN = Path(__file__).parent / "playbooks" / "rehearsal.yaml"
FILES = [*(data.playbook_file(name) for name in data.playbook_names() if data.playbook_file(name).exists()), OWN]
"""Every playbook that ships with its steps, and one of our own that has a step of every kind."""
PLAYBOOKS: Mapping[str, Playbook] = {path.stem: read(path) for path in FILES}
SIGNED_FOR = {"accessanalyzer": "access-analyzer", "cloudwatch": "monitoring"}
"""What boto3 calls a service -> the name it is signed for."""

each_playbook = pytest.mark.parametrize("playbook", PLAYBOOKS.values(), ids=PLAYBOOKS)


@dataclass(frozen=True)
class World:
    """Everything applied, and who is who there."""

    sandbox: Sandbox
    manifest: Manifest
    state: State
    control_policy: str
    """A service control policy that somebody else attached: of what exists nowhere, no ARN is known."""

    def accounts(self, playbook: Playbook) -> list[str]:
        """Return the accounts a playbook is carried out in."""
        name = naming.role_name(playbook.name)
        return [each for each in (PROD, MANAGEMENT, SECURITY) if self._key(each, ROLE, name) in self.state]

    def rights(self, playbook: Playbook, account: str) -> tuple[Document, ...]:
        """Return the policies of the playbook's role."""
        role = self.state[self._key(account, ROLE, naming.role_name(playbook.name))]
        names = [str(arn).rpartition("/")[2] for arn in items(role.properties["ManagedPolicyArns"])]
        found = [self.state[self._key(account, MANAGED_POLICY, name)].properties["PolicyDocument"] for name in names]
        assert all(isinstance(each, Mapping) for each in found)
        return tuple(each for each in found if isinstance(each, Mapping))

    def signed_in(self, *, mfa: bool = True) -> Session:
        """Return the session of somebody of a team that may carry out every playbook."""
        return self.sandbox.console_sign_in(SECURITY, USER, mfa=mfa)

    def entered(self, playbook: Playbook, account: str, phase: Phase | None = None) -> boto3.Session:
        """Return boto3 in a session of the playbook's role, narrowed to a phase where one is named."""
        arn, client = role_arn(naming.role_name(playbook.name), account), sts(self.signed_in())
        given = (
            client.assume_role(RoleArn=arn, RoleSessionName=USER)
            if phase is None
            else client.assume_role(
                RoleArn=arn, RoleSessionName=USER, Policy=json.dumps(session_policy(phase, playbook))
            )
        )["Credentials"]
        return boto3.Session(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"], region_name=REGION)

    def _key(self, account: str, type_: str, name: str) -> Key:
        return Key(self.manifest.scope(account), type_, name)


def manages(name: str) -> bool:
    """Tell whether a playbook has steps for the management account, which alone has AWS Organizations."""
    return any(call.service == "organizations" for *_, call in every_call(PLAYBOOKS[name]))


def written(folder: Path) -> Path:
    """Write a manifest with every playbook, and the one of our own beside it; return its path."""
    own = folder / "playbooks"
    own.mkdir()
    (own / OWN.name).write_text(OWN.read_text("utf-8"), "utf-8")
    policy = needed(PLAYBOOKS[OWN.stem], denials.denials(OWN.stem))
    (own / f"{OWN.stem}.json").write_text(json.dumps(policy), "utf-8")
    raw = yaml.safe_load(ACME.read_text("utf-8"))
    listed = [name for name in (*data.playbook_names(), OWN.stem) if name != naming.GRANT_ACCESS]
    raw |= {"playbook_folders": ["playbooks"], "playbooks": listed, "accounts": raw["accounts"][:1]}
    own_door = sorted({"lost-access", *filter(manages, PLAYBOOKS)} & set(listed))
    raw["management_account"]["playbooks"] = own_door
    raw["security_playbooks"] = [naming.GRANT_ACCESS]
    raw["teams"] = [
        {"name": TEAM, "playbooks": listed, "accounts": "all"},
        {"name": "organization", "playbooks": own_door, "accounts": ["management"]},
        {"name": "granting", "playbooks": raw["security_playbooks"], "accounts": ["security"]},
    ]
    raw["responders"] = [{**each, "teams": [TEAM, "organization", "granting"]} for each in raw["responders"][:2]]
    kim = {"id": RESERVE, "name": "Kim Park", "email": "kim@acme.example", "reserve": True, "teams": [TEAM]}
    raw["responders"].append(kim)
    raw["alerts"]["regions"] = ["us-east-1", raw["alerts"]["second_region"]]
    path = folder / "breakglass.yaml"
    path.write_text(json.dumps(raw, indent=1), "utf-8")
    return path


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    path = written(tmp_path_factory.mktemp("world"))
    manifest = read_manifest(path)
    with Sandbox(manifest) as sandbox, pytest.MonkeyPatch.context() as patch:
        lead(patch, sandbox)
        assert run(["apply", "-m", str(path), "--yes"]) == 0
        yield World(sandbox, manifest, desired(manifest), a_control_policy())


def a_control_policy() -> str:
    """Make a service control policy that is not ours; return its id."""
    content = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "ec2:*", "Resource": "*"}]}
    made = boto3.client("organizations", region_name="us-east-1").create_policy(
        Name="Theirs", Description="Denies too much.", Type="SERVICE_CONTROL_POLICY", Content=json.dumps(content)
    )
    return made["Policy"]["PolicySummary"]["Id"]


def principal(playbook: Playbook, account: str) -> str:
    return f"arn:aws:sts::{account}:assumed-role/{naming.role_name(playbook.name)}/{USER}"


@each_playbook
def test_every_call_is_allowed_by_the_role_and_by_its_phase(world: World, playbook: Playbook) -> None:
    for account in world.accounts(playbook):
        rights, who = world.rights(playbook, account), principal(playbook, account)
        for phase, step, call in every_call(playbook):
            wanted = asked(playbook, step, call, account)
            assert wanted, f"{step.id}: nothing it needs is {call.authorized_as}"
            for each in wanted:
                assert decision(each, who, rights, session_policy(phase, playbook)) is Decision.ALLOWED, each


@each_playbook
def test_a_hundred_other_actions_are_denied(world: World, playbook: Playbook) -> None:
    for account in world.accounts(playbook):
        rights, who = world.rights(playbook, account), principal(playbook, account)
        drawn = others(playbook, account)
        assert len({each.action for each in drawn}) == 100
        answers = [(each, decision(each, who, rights)) for each in drawn]
        refused = (Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY)
        assert not [each for each, answer in answers if answer not in refused]


def test_a_right_too_few_and_a_right_too_many_are_noticed(world: World) -> None:
    """Whether the two tests above can fail."""
    playbook = PLAYBOOKS[OWN.stem]
    who, (rights,) = principal(playbook, PROD), world.rights(playbook, PROD)
    whole = [each for each in items(rights["Statement"]) if isinstance(each, Mapping)]
    wanted = [each for _, step, call in every_call(playbook) for each in asked(playbook, step, call, PROD)]
    for left_out in (each for each in whole if each.get("Sid") in ("LookAtTheUser", "LookAtTheHost", "StopTheHost")):
        fewer = {**rights, "Statement": [each for each in whole if each is not left_out]}
        assert any(decision(each, who, (fewer,)) is not Decision.ALLOWED for each in wanted), left_out
    more = {**rights, "Statement": [*whole, {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}]}
    assert any(decision(each, who, (more,)) is Decision.ALLOWED for each in others(playbook, PROD))


@each_playbook
def test_what_the_sandbox_models_is_really_called(world: World, playbook: Playbook) -> None:
    said = [
        (call.authorized_as, account, _said(client, call, _given(world, call, playbook, account)))
        for account in world.accounts(playbook)
        for client, call in _modelled(world, playbook, account)
    ]
    answered = [each for each in said if UNMODELLED not in each[2]]
    somewhere = {action for action, _, answer in answered if "AccessDenied" not in answer}
    assert [each for each in answered if each[0] not in somewhere] == []
    assert somewhere or playbook.name != OWN.stem


def _modelled(world: World, playbook: Playbook, account: str) -> Iterator[tuple[Any, Call]]:
    """Yield each call of a service the sandbox has, with a client of it in a session narrowed to the call's phase.

    What is only allowed under a condition is judged above: nothing here has the tags or the origin it asks for.
    """
    sessions: dict[str, boto3.Session] = {}
    clients: dict[tuple[str, str, str | None], Any] = {}
    for phase, step, call in every_call(playbook):
        conditional = any(each.conditional for each in asked(playbook, step, call, account))
        if conditional or SIGNED_FOR.get(call.service, call.service) not in SERVICES:
            continue
        if phase.goal not in sessions:
            sessions[phase.goal] = world.entered(playbook, account, phase)
        key = (phase.goal, call.service, call.region)
        if key not in clients:
            clients[key] = sessions[phase.goal].client(call.service, region_name=call.region)  # type: ignore[call-overload]
            clients[key].meta.events.register("before-send", _stay_here)
        yield clients[key], call


class _BeyondTheSandboxError(Exception):
    """A request goes to a host of its own, whatever endpoint is set: AWS sign-in has such operations."""


def _stay_here(request: AWSPreparedRequest, **_: object) -> None:
    if urlsplit(request.url).hostname != "127.0.0.1":
        raise _BeyondTheSandboxError(request.url)


def _given(world: World, call: Call, playbook: Playbook, account: str) -> Mapping[str, Json]:
    """Return what a call is made with, and the control policy that exists in place of the one in the examples."""
    example = playbook.examples.get("policy_id")
    given = parameters(call, playbook, account)
    return {name: world.control_policy if each and each == example else each for name, each in given.items()}


def _said(client: Any, call: Call, given: Mapping[str, Json]) -> str:  # noqa: ANN401 - a client of any service
    """Make a call, and return what AWS says against it, if anything."""
    try:
        getattr(client, xform_name(call.operation))(**given)
    except ClientError as error:
        return str(error)
    except _BeyondTheSandboxError:
        return UNMODELLED
    return ""


@each_playbook
def test_what_nobody_needs_is_denied(world: World, playbook: Playbook) -> None:
    account = world.accounts(playbook)[0]
    phases = [phase for phase, *_ in every_call(playbook)][:1]
    for session in (world.entered(playbook, account, each) for each in (None, *phases)):
        with denied("CreateUser"):
            session.client("iam").create_user(UserName="eve")
        with denied("AssumeRole"):
            other = role_arn(world.manifest.provisioning_role, account)
            session.client("sts").assume_role(RoleArn=other, RoleSessionName=USER)
        with denied("StopLogging"):
            session.client("cloudtrail").stop_logging(Name=naming.TRAIL)


@each_playbook
def test_nobody_gets_the_role_without_mfa(world: World, playbook: Playbook) -> None:
    unproved = sts(world.signed_in(mfa=False))
    for account in world.accounts(playbook):
        with denied("AssumeRole"):
            unproved.assume_role(RoleArn=role_arn(naming.role_name(playbook.name), account), RoleSessionName=USER)


SOURCES = (
    "import boto3",
    "print(boto3.client('sts').get_caller_identity()['Arn'])",
    "print(boto3.client('iam').list_access_keys(UserName='somebody')['AccessKeyMetadata'])",
    "boto3.client('ec2').describe_instances()",
    "boto3.client('iam').create_user(UserName='eve')",
    "1 / 0",
)


def notebook(sources: Iterable[str]) -> str:
    """Return a notebook with a cell of code for each source."""
    empty: Mapping[str, object] = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [{**empty, "id": f"cell-{number}", "source": source} for number, source in enumerate(sources)]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})


def test_a_notebook_runs_in_a_kernel_of_its_own_with_the_rights_of_the_role(world: World, tmp_path: Path) -> None:
    playbook = PLAYBOOKS[OWN.stem]
    ran = executed(notebook(SOURCES), tmp_path, in_a_session(world, playbook))
    assert principal(playbook, PROD) in ran.printed
    assert [each.partition(":")[0] for each in ran.failures] == ["ClientError", "ZeroDivisionError"]
    assert ran.seconds < 60


@pytest.mark.uncounted
@each_playbook
def test_the_notebook_runs_as_far_as_it_only_reads(world: World, playbook: Playbook, tmp_path: Path) -> None:
    ran = executed(rendered_notebook(playbook), tmp_path, in_a_session(world, playbook))
    assert ran.failures == ()


def in_a_session(world: World, playbook: Playbook) -> Mapping[str, str]:
    """Return the environment of a kernel that works in a session of a playbook's role.

    Of the accounts it is carried out in, the last is the one in which all of it can be: the management account.
    """
    credentials: Any = world.entered(playbook, world.accounts(playbook)[-1]).get_credentials()
    return {
        **merged(os.environ, world.sandbox.environment()),
        "AWS_ACCESS_KEY_ID": credentials.access_key,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_key,
        "AWS_SESSION_TOKEN": credentials.token,
    }
