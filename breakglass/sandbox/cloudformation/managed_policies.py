"""AWS::IAM::ManagedPolicy.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-managedpolicy.html
"""

from collections.abc import Iterator, Mapping

from breakglass import naming
from breakglass.documents import Json
from breakglass.sandbox.cloudformation.place import Place
from breakglass.sandbox.cloudformation.steps import Step, document, given


class ManagedPolicy:
    """A managed policy that others attach."""

    known = frozenset({"Description", "ManagedPolicyName", "Path", "PolicyDocument"})
    fixed = frozenset({"Description", "ManagedPolicyName", "Path"})
    name = "ManagedPolicyName"

    def ref(self, properties: Mapping[str, Json], place: Place) -> str:
        """Return the policy's ARN."""
        resource = f"policy{properties.get('Path', '/')}{properties['ManagedPolicyName']}"
        return naming.iam_arn(place.partition, place.account, resource)

    def attributes(self, properties: Mapping[str, Json], place: Place) -> Mapping[str, str]:
        """Return the policy's ARN under the name GetAtt has for it."""
        return {"PolicyArn": self.ref(properties, place)}

    def found(self, _properties: Mapping[str, Json], _place: Place) -> Step | None:
        """Leave it to the making: IAM gives each name once."""
        return None

    def make(self, properties: Mapping[str, Json], _place: Place) -> Iterator[Step]:
        """Yield the policy."""
        described = given(properties, "Path", "Description")
        held = {"PolicyName": properties["ManagedPolicyName"], "PolicyDocument": document(properties["PolicyDocument"])}
        yield Step("iam", "CreatePolicy", {**described, **held})

    def change(self, _before: Mapping[str, Json], after: Mapping[str, Json], place: Place) -> Iterator[Step]:
        """Yield a version, which is the default from then on."""
        held = {"PolicyArn": self.ref(after, place), "PolicyDocument": document(after["PolicyDocument"])}
        yield Step("iam", "CreatePolicyVersion", {**held, "SetAsDefault": "true"})

    def delete(self, properties: Mapping[str, Json], place: Place) -> Iterator[Step]:
        """Yield the deletion, which needs that nobody has it and that it has one version."""
        yield Step("iam", "DeletePolicy", {"PolicyArn": self.ref(properties, place)})
