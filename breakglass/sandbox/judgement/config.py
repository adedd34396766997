"""What the operations of AWS Config ask. A rule's ARN has an id that AWS draws, as has what is started for it.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsconfig.html
"""

from collections.abc import Iterable, Iterator

from moto.config.models import config_backends

from breakglass.sandbox.judgement.ask import Ask, CannotJudgeError, listed, request_tags
from breakglass.sandbox.judgement.held import Held
from breakglass.sandbox.judgement.place import Place
from breakglass.sandbox.request import Request
from breakglass.sandbox.sessions import Session

_NEW = "config-rule/config-rule-new"


def asks(held: Held, session: Session, request: Request) -> Iterator[Ask]:
    """Yield what a call of AWS Config asks; raises CannotJudgeError."""
    place = Place(held.partition, session.account, request.region)
    keys = request_tags(request.parameters)
    for resource in _resources(place, request):
        yield Ask(request.operation, resource, keys)


def _resources(place: Place, request: Request) -> Iterator[str]:
    action, parameters = request.action, request.parameters
    if action == "DescribeConfigRules":
        yield "*"
    elif action == "PutConfigRule":
        yield _rule(place, parameters.get("ConfigRule.ConfigRuleName", ""))
    elif action == "DeleteConfigRule":
        yield _rule(place, parameters.get("ConfigRuleName", ""))
    elif action == "DescribeRemediationConfigurations":
        yield from _remediations(place, (each.get("", "") for each in listed(parameters, "ConfigRuleNames")))
    elif action == "PutRemediationConfigurations":
        given = listed(parameters, "RemediationConfigurations")
        yield from _remediations(place, (each.get("ConfigRuleName", "") for each in given))
    elif action == "DeleteRemediationConfiguration":
        yield from _remediations(place, (parameters.get("ConfigRuleName", ""),))
    else:
        raise CannotJudgeError(f"{request.operation} is not modelled")


def _rule(place: Place, name: str) -> str:
    backend = config_backends[place.account].get(place.region) if place.account in config_backends else None
    rule = backend.config_rules.get(name) if backend else None
    return str(rule.config_rule_arn) if rule else place.arn("config", _NEW)


def _remediations(place: Place, rules: Iterable[str]) -> Iterator[str]:
    """Yield what is asked of the remediations of some rules; whoever names no rule must be allowed all the same."""
    for name in tuple(rules) or ("*",):
        yield place.arn("config", f"remediation-configuration/{name}")
