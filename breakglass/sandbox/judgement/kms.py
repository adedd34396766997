"""What the operations of KMS ask: the key policy is always asked, of the alias only the caller's own policies.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html
"""

from collections.abc import Iterator

from moto.kms.models import kms_backends

from breakglass.sandbox.judgement.ask import Ask, CannotJudgeError, Keys, request_tags
from breakglass.sandbox.judgement.held import Held
from breakglass.sandbox.judgement.place import Place
from breakglass.sandbox.request import Request
from breakglass.sandbox.sessions import Session

_KEY = """
    CancelKeyDeletion DescribeKey DisableKey DisableKeyRotation EnableKey EnableKeyRotation GetKeyPolicy
    GetKeyRotationStatus ListResourceTags PutKeyPolicy ScheduleKeyDeletion TagResource UntagResource
    UpdateKeyDescription
"""
_ON_KEY = frozenset(_KEY.split())
_ON_ALIAS = frozenset({"CreateAlias", "DeleteAlias", "UpdateAlias"})
_ON_NOTHING = frozenset({"ListAliases", "ListKeys"})


def asks(held: Held, session: Session, request: Request) -> Iterator[Ask]:
    """Yield what a call of KMS asks; raises CannotJudgeError."""
    place = Place(held.partition, session.account, request.region)
    keys = {**request_tags(request.parameters), "kms:CallerAccount": (session.account,)}
    if request.action == "CreateKey":
        yield from _created(request, keys)
    elif request.action in _ON_NOTHING:
        yield Ask(request.operation, "*", keys)
    elif request.action in _ON_KEY:
        yield _on_key(place, request, request.parameters.get("KeyId", ""), keys)
    elif request.action in _ON_ALIAS:
        yield from _on_alias(place, request, keys)
    else:
        raise CannotJudgeError(f"{request.operation} is not modelled")


def _created(request: Request, keys: Keys) -> Iterator[Ask]:
    yield Ask(request.operation, "*", keys)
    if "aws:TagKeys" in keys:
        yield Ask("kms:TagResource", "*", keys)


def _on_alias(place: Place, request: Request, keys: Keys) -> Iterator[Ask]:
    """An alias may be moved by those alone who may do so with the alias, the old key and the new one.

    https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html
    """
    name = request.parameters.get("AliasName", "")
    yield Ask(request.operation, place.arn("kms", name), keys)
    before = place.key(name)
    if before is not None:
        yield _on_key(place, request, before.id, keys)
    target = request.parameters.get("TargetKeyId")
    if target is not None:
        yield _on_key(place, request, target, keys)


def _on_key(place: Place, request: Request, identifier: str, keys: Keys) -> Ask:
    key = place.key(identifier)
    if key is None:
        name = identifier.rpartition(":")[2].removeprefix("key/")
        resource = identifier if identifier.startswith("arn:") else place.arn("kms", f"key/{name}")
        return Ask(request.operation, resource, keys, _nobody_s(place, resource))
    tags = kms_backends[key.account_id][key.region].tagger.get_tag_dict_for_resource(key.id)
    held: Keys = {f"aws:ResourceTag/{name}": (value,) for name, value in tags.items()}
    held["kms:ResourceAliases"] = tuple(key.aliases)
    return Ask(request.operation, key.arn, {**keys, **held}, str(key.policy))


def _nobody_s(place: Place, resource: str) -> str:
    """Return the policy of a key that does not exist: its account's owners are told that it does not, nobody else."""
    root = f"arn:{place.partition}:iam::{place.of(resource).account}:root"
    statement = f'{{"Effect": "Allow", "Principal": {{"AWS": "{root}"}}, "Action": "kms:*", "Resource": "*"}}'
    return f'{{"Version": "2012-10-17", "Statement": [{statement}]}}'
