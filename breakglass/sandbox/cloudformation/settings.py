"""What a request says of a stack or StackSet beside its template."""

from collections.abc import Mapping

from breakglass.sandbox.answers import ApiError
from breakglass.sandbox.cloudformation.stack_set import Preferences, Settings
from breakglass.sandbox.cloudformation.targets import texts
from breakglass.sandbox.cloudformation.template import Template, invalid
from breakglass.sandbox.judgement.ask import listed

_PREFERENCES = "OperationPreferences"


def tags(parameters: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the tags of a request."""
    return tuple((each.get("Key", ""), each.get("Value", "")) for each in listed(parameters, "Tags"))


def capabilities(parameters: Mapping[str, str]) -> tuple[str, ...]:
    """Return what a request acknowledges."""
    return texts(parameters, "Capabilities")


def acknowledged(template: Template, given: tuple[str, ...]) -> None:
    """Raise ApiError where the template needs an acknowledgement that is not given."""
    if template.capability and template.capability not in given:
        raise ApiError("InsufficientCapabilitiesException", f"Requires capabilities : [{template.capability}]")


def settings(parameters: Mapping[str, str], *, service_managed: bool, administration: str) -> Settings:
    """Return what a StackSet is told; `administration` is the ARN of the role AWS takes where none is named.

    Raises ApiError.
    """
    automatic = {
        name: parameters[f"AutoDeployment.{name}"] == "true"
        for name in ("Enabled", "RetainStacksOnAccountRemoval")
        if f"AutoDeployment.{name}" in parameters
    }
    if automatic and not service_managed:
        raise invalid("AutoDeployment is only supported for stack sets with SERVICE_MANAGED permission model")
    if service_managed and {"AdministrationRoleARN", "ExecutionRoleName"} & parameters.keys():
        raise invalid(
            "AdministrationRoleARN and ExecutionRoleName are not supported with SERVICE_MANAGED permission model"
        )
    return Settings(
        description=parameters.get("Description", ""),
        tags=tags(parameters),
        capabilities=capabilities(parameters),
        auto_deployment=automatic,
        managed_execution=parameters.get("ManagedExecution.Active", "") == "true",
        administration_role=parameters.get("AdministrationRoleARN", administration),
        execution_role=parameters.get("ExecutionRoleName", "AWSCloudFormationStackSetExecutionRole"),
    )


def preferences(parameters: Mapping[str, str]) -> Preferences:
    """Return how far an operation goes on; raises ApiError."""
    told = {name: parameters.get(f"{_PREFERENCES}.FailureTolerance{name}") for name in ("Count", "Percentage")}
    if all(told.values()):
        raise invalid("FailureToleranceCount and FailureTolerancePercentage exclude each other")
    count, percentage = (value if value is None or value.isdecimal() else "" for value in told.values())
    if "" in (count, percentage):
        raise invalid("FailureToleranceCount and FailureTolerancePercentage are numbers")
    order = texts(parameters, f"{_PREFERENCES}.RegionOrder")
    return Preferences(int(count or 0), None if percentage is None else int(percentage), order)
