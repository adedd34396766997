"""What the tests of alerting share: the places of the example, what is in them, and what a document lets through."""

from collections.abc import Iterator, Mapping

from breakglass.documents import Document, Json
from breakglass.estate.alerting.channels import alerting
from breakglass.estate.desired import place_of
from breakglass.iam.evaluate import evaluate
from breakglass.iam.nouns import Decision, Request
from breakglass.iam.policies import Policies
from breakglass.iam.policy import policy
from breakglass.manifest.model import Manifest
from breakglass.resources import Resource, items

SECURITY, TRAIL, MANAGEMENT, PROD = "111111111111", "333333333333", "999999999999", "222222222222"
HOME, SECOND, GLOBAL = "eu-west-1", "us-west-2", "us-east-1"
ORGANIZATION = "o-acme12345"


def arn(service: str, resource: str, account: str = SECURITY, region: str = SECOND) -> str:
    return f"arn:aws:{service}:{region}:{account}:{resource}"


def all_of(manifest: Manifest, type_: str, account: str = SECURITY, region: str = SECOND) -> Iterator[Resource]:
    """Yield the resources of a type in one region of an account."""
    yield from (each for each in alerting(place_of(manifest, account, region)) if each.type == type_)


def only(manifest: Manifest, type_: str, account: str = SECURITY, region: str = SECOND) -> Resource:
    """Return the one resource of a type in one region of an account."""
    (found,) = all_of(manifest, type_, account, region)
    return found


def document_of(resource: Resource, name: str = "PolicyDocument") -> Document:
    found = resource.properties[name]
    assert isinstance(found, Mapping)
    return found


EVERYTHING = policy({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})


def lets(document: Document, who: str, action: str, resource: str, owner: str = "", **context: str) -> bool:
    """Tell whether a resource's policy lets somebody do something; the context's keys have `_` for `:`.

    Who comes from another account may do everything as far as that is asked, so that the resource alone decides. A
    bucket's ARN does not tell its `owner`.
    """
    keys = {name.replace("_", ":", 1): value for name, value in context.items()}
    foreign = who.startswith("arn:") and who.split(":")[4] != (owner or resource.split(":")[4])
    own = (EVERYTHING,) if foreign else ()
    answer = evaluate(Request(who, action, resource, owner, keys), Policies(own, policy(document)))
    assert answer.decision is not Decision.UNSUPPORTED
    return answer.decision is Decision.ALLOWED


def texts(value: Json) -> Iterator[str]:
    """Yield every text within a value, keys of mappings among them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield key
            yield from texts(inner)
    else:
        for inner in items(value):
            yield from texts(inner)
