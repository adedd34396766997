"""The templates that are written by hand, as CloudFormation would read them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from breakglass import data

VERIFICATION, MAP = "verification.yaml", "verification-map.yaml"
AUDIT, REGION = "333333333333", "eu-west-1"
ROLE = f"arn:aws:iam::{AUDIT}:role/break-glass/BreakGlassVerification"
GIVEN: Mapping[str, object] = {
    "ManifestName": "acme",
    "VerificationRoleArn": ROLE,
    "ProvisioningRoleArn": [f"arn:aws:iam::{AUDIT}:role/OrganizationAccountAccessRole"],
    "CodeBucket": "acme-code",
    "CodeKey": "breakglass.zip",
    "CodeObjectVersion": "3HL4kqtJlcpXroDTDmJ-rmSpXd3dIbrHY.MTRCxf3vjVBH40Nr8X8gdRQBpUMLUo",
    "CodeSha256": "A" * 43 + "=",
    "AlarmEmail": "oncall@acme.example",
    "OrganizationId": "o-acme12345",
}
_PSEUDO: Mapping[str, object] = {
    "AWS::AccountId": AUDIT,
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::URLSuffix": "amazonaws.com",
}
_NAMED = re.compile(r"\$\{([^}]+)\}")


class _Loader(yaml.SafeLoader):
    """Reads the short forms of functions as the long ones."""


def _function(loader: _Loader, suffix: str, node: yaml.Node) -> object:
    value: object
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        raise TypeError(suffix)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {"Ref" if suffix == "Ref" else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _function)


def read(name: str) -> dict[str, Any]:
    """Return a template of the folder, its functions as they are."""
    path = Path(data.folder("cloudformation") / name)
    template: dict[str, Any] = yaml.load(path.read_text("utf-8"), _Loader)  # noqa: S506 - a safe loader with names
    return template


class Resolved:
    """A template with its parameters given, and what its resources would be called."""

    def __init__(self, name: str, given: Mapping[str, object], made: Mapping[str, object]) -> None:
        self.template = read(name)
        defaults = {name: each["Default"] for name, each in self.template["Parameters"].items() if "Default" in each}
        self._known = {**_PSEUDO, **defaults, **given, **made}
        self._functions: Mapping[str, Callable[[Any], object]] = {
            "Ref": lambda name: self._known[name],
            "Fn::Sub": lambda text: _NAMED.sub(lambda found: str(self._known[found[1]]), text),
            "Fn::GetAtt": lambda parts: self._known[".".join(parts)],
            "Fn::If": lambda parts: self.of(parts[1 if self._holds(parts[0]) else 2]),
        }

    def properties(self, logical: str) -> dict[str, Any]:
        """Return the properties of a resource."""
        found: Any = self.of(self.template["Resources"][logical]["Properties"])
        assert isinstance(found, dict)
        return found

    def of(self, value: object) -> object:
        """Return a value with its functions carried out."""
        if isinstance(value, list):
            return [self.of(each) for each in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1 and (name := next(iter(value))) in self._functions:
            return self._functions[name](value[name])
        return {key: self.of(each) for key, each in value.items()}

    def _holds(self, condition: str) -> bool:
        found = {"OwnTopic": not self._known["AlarmTopicArn"], "Reserved": bool(self._known["Concurrency"])}
        return found[condition]


def alarms(template: Resolved) -> dict[str, dict[str, Any]]:
    """Return what each alarm is put with, by logical id."""
    found = template.template["Resources"]
    return {name: template.properties(name) for name, each in found.items() if each["Type"] == "AWS::CloudWatch::Alarm"}
