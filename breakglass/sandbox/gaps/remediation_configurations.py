"""moto knows the rules of AWS Config, and not what is started where they are broken. Seen in 5.2.5.

Nothing is ever started here.
https://docs.aws.amazon.com/config/latest/APIReference/API_PutRemediationConfigurations.html
"""

from collections.abc import Collection

from moto.config.models import ConfigBackend
from moto.config.responses import ConfigResponse
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, EmptyResult

_ATTRIBUTE = "remediation_configurations"
_MOST = 25


class _InvalidError(ServiceException):
    code = "InvalidParameterValueException"


class _NoSuchError(ServiceException):
    code = "NoSuchRemediationConfigurationException"


class RemediationConfigurations(ConfigResponse):
    """The operations on what is started, one for each rule at most."""

    def put_remediation_configurations(self) -> ActionResult:
        """Set what is started for rules that exist."""
        given = self._get_param("RemediationConfigurations")
        if not 1 <= len(given) <= _MOST or any(each["ConfigRuleName"] not in self._rules for each in given):
            raise _InvalidError("Between 1 and 25 remediation configurations, each of a rule that exists.")
        self._held.update({each["ConfigRuleName"]: each for each in given})
        return ActionResult({"FailedBatches": []})

    def describe_remediation_configurations(self) -> ActionResult:
        """Return what is started for rules named."""
        names = self._get_param("ConfigRuleNames")
        if not 1 <= len(names) <= _MOST:
            raise _InvalidError("Between 1 and 25 names of rules.")
        found = [self._held[name] for name in names if name in self._held and name in self._rules]
        return ActionResult({"RemediationConfigurations": found})

    def delete_remediation_configuration(self) -> EmptyResult:
        """Let nothing be started for a rule."""
        if self._held.pop(self._get_param("ConfigRuleName"), None) is None:
            raise _NoSuchError("No RemediationConfiguration for rule exists.")
        return EmptyResult()

    @property
    def _rules(self) -> Collection[str]:
        return self.config_backend.config_rules.keys()

    @property
    def _held(self) -> dict[str, dict[str, object]]:
        backend: ConfigBackend = self.config_backend
        held: dict[str, dict[str, object]] = vars(backend).setdefault(_ATTRIBUTE, {})
        return held
