"""A playbook as a value: what people do in one kind of emergency, step by step, and the rights each step needs.

Descriptions here are what the JSON Schema and docs/reference/playbooks.md say.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Final, Literal

from pydantic import ConfigDict, Field, JsonValue
from pydantic.dataclasses import dataclass

from breakglass.manifest.values import Name, Version
from breakglass.playbooks.values import ActionName, Line, Operation, ParameterName, Prose, Service

STRICT = ConfigDict(extra="forbid", defer_build=True)
"""Built at first use: whoever reads a manifest imports this, and mostly needs none of it."""

PHASES: Final = ("investigate", "contain", "eradicate", "recover", "close")
"""The phases, in the order of an incident."""

Kind = Literal["manual", "api", "session", "run-command", "ssm-automation", "secret"]
"""How a step is carried out."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Parameter:
    """What a responder fills in: `{{name}}` stands for it in calls, commands and targets."""

    name: Annotated[ParameterName, Field(description="Lower case letters, digits and underscores.")]
    what: Annotated[Line, Field(description="What it is, and where a responder finds it.")]
    example: Annotated[str, Field(min_length=1, max_length=400, description="One that has the right form.")]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Need:
    """A right: actions on resources, under a condition. The form is a policy statement's."""

    actions: Annotated[
        tuple[ActionName, ...], Field(min_length=1, description="IAM actions, such as `ec2:StopInstances`.")
    ]
    resources: Annotated[
        tuple[str, ...], Field(min_length=1, description="ARNs with `${AWS::Partition}` and `${AWS::AccountId}`.")
    ] = ("*",)
    condition: Annotated[
        Mapping[str, Mapping[str, str | tuple[str, ...]]], Field(description="As in a policy statement.")
    ] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Call:
    """One call of an AWS API."""

    service: Annotated[Service, Field(description="The service, as boto3 names it: `ec2`, `s3`, `cloudtrail`.")]
    operation: Annotated[Operation, Field(description="The operation, as its API reference names it.")]
    parameters: Annotated[
        Mapping[str, JsonValue], Field(description="Its parameters; `{{name}}` in a text is filled in.")
    ] = Field(default_factory=dict)
    action: Annotated[
        ActionName | None, Field(description="The IAM action it is authorized as, where that has another name.")
    ] = None
    region: Annotated[
        str | None, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]$", description="Where it must be made, if in one place.")
    ] = None
    query: Annotated[str | None, Field(max_length=400, description="What to show of the answer, in JMESPath.")] = None

    @property
    def authorized_as(self) -> str:
        """The IAM action that AWS asks about."""
        return self.action or f"{self.service}:{self.operation}"


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Step:
    """Something one person does. A step that changes something says how that is undone."""

    id: Annotated[Name, Field(description="Lower case letters, digits and hyphens; unique in the playbook.")]
    title: Annotated[Line, Field(description="What to do, as an order.")]
    kind: Annotated[Kind, Field(description="How it is carried out.")]
    why: Annotated[Prose | None, Field(description="What it is good for, and what to look for.")] = None
    do: Annotated[tuple[Prose, ...], Field(description="Instructions, one after the other.")] = ()
    calls: Annotated[tuple[Call, ...], Field(description="`api`: the calls.")] = ()
    target: Annotated[str | None, Field(description="`session`, `run-command`: the id of the host.")] = None
    commands: Annotated[
        tuple[Prose, ...], Field(description="`session`: what is typed; `run-command`: what is run on the host.")
    ] = ()
    document: Annotated[
        Literal["AWS-RunShellScript", "AWS-RunPowerShellScript"], Field(description="`run-command`: what runs them.")
    ] = "AWS-RunShellScript"
    runbook: Annotated[str | None, Field(description="`ssm-automation`: the runbook of AWS's.")] = None
    inputs: Annotated[
        Mapping[str, tuple[str, ...]], Field(description="`ssm-automation`: the runbook's parameters.")
    ] = Field(default_factory=dict)
    secret: Annotated[
        str | None, Field(description="`secret`: its name below `break-glass/PLAYBOOK/` in Secrets Manager.")
    ] = None
    needs: Annotated[
        tuple[Need, ...], Field(description="The rights it needs besides those its kind needs anyway.")
    ] = ()
    evidence: Annotated[tuple[Line, ...], Field(description="What to keep for the case.")] = ()
    undo: Annotated[Prose | None, Field(description="How a step that changes something is undone.")] = None
    tell: Annotated[tuple[Line, ...], Field(description="Whom to tell, and what.")] = ()
    after: Annotated[tuple[Name, ...], Field(description="The ids of the steps that come before it.")] = ()

    @property
    def changes(self) -> bool:
        """Whether it changes anything: then it says how that is undone."""
        return self.undo is not None


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Phase:
    """Steps with one goal."""

    goal: Annotated[Line, Field(description="When the phase is over.")]
    steps: Annotated[tuple[Step, ...], Field(min_length=1, description="Its steps, in their order.")]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Phases:
    """The phases an incident goes through; those without a step are left out."""

    investigate: Annotated[Phase | None, Field(description="Find out what happened, how far, and whom to tell.")] = None
    contain: Annotated[Phase | None, Field(description="Keep it from going on and from spreading.")] = None
    eradicate: Annotated[Phase | None, Field(description="Take away what let it in and what it left.")] = None
    recover: Annotated[Phase | None, Field(description="Bring back what was lost.")] = None
    close: Annotated[Phase | None, Field(description="Hand back, renew what was opened, and record.")] = None


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Playbook:
    """What people do in one kind of emergency."""

    version: Annotated[Version, Field(description="The version of this format: 1.")]
    name: Annotated[Name, Field(description="The name of the file; its role is `BREAK-GLASS-<NAME>`.")]
    title: Annotated[Line, Field(description="What people call it.")]
    scenario: Annotated[Prose, Field(description="What has happened.")]
    when: Annotated[tuple[Line, ...], Field(min_length=1, description="What tells that this is the playbook to use.")]
    instead: Annotated[tuple[Line, ...], Field(description="When another playbook fits better.")] = ()
    prepared: Annotated[tuple[Line, ...], Field(description="What must have been made ready before.")] = ()
    relies_on: Annotated[tuple[Line, ...], Field(description="What of AWS must work for it to help.")] = ()
    parameters: Annotated[tuple[Parameter, ...], Field(description="What a responder fills in.")] = ()
    phases: Annotated[Phases, Field(description="What is done, phase by phase.")]

    def every_phase(self) -> Iterator[tuple[str, Phase]]:
        """Yield the name and value of each phase that has steps, in their order."""
        for name in PHASES:
            phase: Phase | None = getattr(self.phases, name)
            if phase is not None:
                yield name, phase

    @property
    def steps(self) -> Sequence[Step]:
        """Every step, in the order of the phases."""
        return tuple(step for _, phase in self.every_phase() for step in phase.steps)

    @property
    def examples(self) -> Mapping[str, str]:
        """The example of each parameter, by its name."""
        return {each.name: each.example for each in self.parameters}
