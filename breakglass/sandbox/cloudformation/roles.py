"""AWS::IAM::Role.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html
"""

from collections.abc import Iterator, Mapping

from breakglass import naming
from breakglass.documents import Json
from breakglass.sandbox.cloudformation.place import Place
from breakglass.sandbox.cloudformation.steps import Step, different, document, given, gone, listed, pairs, tags

_DESCRIBED = frozenset({"Description", "MaxSessionDuration"})


class Role:
    """A role with its trust and the managed policies attached to it."""

    known = frozenset({"AssumeRolePolicyDocument", "ManagedPolicyArns", "Path", "RoleName", "Tags"}) | _DESCRIBED
    fixed = frozenset({"Path", "RoleName"})
    name = "RoleName"

    def ref(self, properties: Mapping[str, Json], _place: Place) -> str:
        """Return the role's name."""
        return str(properties["RoleName"])

    def attributes(self, properties: Mapping[str, Json], place: Place) -> Mapping[str, str]:
        """Return the role's ARN."""
        resource = f"role{properties.get('Path', '/')}{properties['RoleName']}"
        return {"Arn": naming.iam_arn(place.partition, place.account, resource)}

    def found(self, _properties: Mapping[str, Json], _place: Place) -> Step | None:
        """Leave it to the making: IAM gives each name once."""
        return None

    def make(self, properties: Mapping[str, Json], place: Place) -> Iterator[Step]:
        """Yield the role, then its policies."""
        described = given(properties, "RoleName", "Path", *sorted(_DESCRIBED))
        trust = document(properties.get("AssumeRolePolicyDocument"))
        tagged = pairs(tags(properties, place))
        yield Step("iam", "CreateRole", {**described, "AssumeRolePolicyDocument": trust, "Tags": tagged})
        for each in listed(properties.get("ManagedPolicyArns")):
            yield _attached("AttachRolePolicy", properties, each)

    def change(self, before: Mapping[str, Json], after: Mapping[str, Json], place: Place) -> Iterator[Step]:
        """Yield what differs, what is added before what is taken away."""
        changed, named = different(before, after), given(after, "RoleName")
        if "AssumeRolePolicyDocument" in changed:
            trust = document(after.get("AssumeRolePolicyDocument"))
            yield Step("iam", "UpdateAssumeRolePolicy", {**named, "PolicyDocument": trust})
        if changed & _DESCRIBED:
            yield Step("iam", "UpdateRole", {"Description": "", **given(after, "RoleName", *sorted(_DESCRIBED))})
        for each in gone(after.get("ManagedPolicyArns"), before.get("ManagedPolicyArns")):
            yield _attached("AttachRolePolicy", after, each)
        for each in gone(before.get("ManagedPolicyArns"), after.get("ManagedPolicyArns")):
            yield _attached("DetachRolePolicy", after, each)
        if "Tags" in changed:
            yield Step("iam", "TagRole", {**named, "Tags": pairs(tags(after, place))})

    def delete(self, properties: Mapping[str, Json], _place: Place) -> Iterator[Step]:
        """Yield the policies, then the role."""
        for each in listed(properties.get("ManagedPolicyArns")):
            yield _attached("DetachRolePolicy", properties, each)
        yield Step("iam", "DeleteRole", given(properties, "RoleName"))


def _attached(action: str, properties: Mapping[str, Json], policy: Json) -> Step:
    return Step("iam", action, {**given(properties, "RoleName"), "PolicyArn": policy})
