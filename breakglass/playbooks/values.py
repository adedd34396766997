"""What the values of a playbook may look like, and each pattern in words."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from breakglass.manifest.values import UNSEEN
from breakglass.manifest.values import WORDS as COMMON

_ACTION = r"^[a-z0-9-]{1,40}:[A-Za-z0-9*]{1,100}$"
_SERVICE = r"^[a-z][a-z0-9-]{1,39}$"
_OPERATION = r"^[A-Z][A-Za-z0-9]{1,99}$"
_PARAMETER = r"^[a-z][a-z0-9_]{0,39}$"
_LINE = rf"^[^{UNSEEN}]{{1,400}}$"
_PROSE = rf"^(\n|[^{UNSEEN}]){{1,4000}}$"

WORDS: Mapping[str, str] = {
    **COMMON,
    _ACTION: "an IAM action such as `ec2:StopInstances`",
    _SERVICE: "a service as boto3 names it, such as `ec2`",
    _OPERATION: "an operation as its API reference names it, such as `DescribeInstances`",
    _PARAMETER: "a name of lower case letters, digits and underscores that begins with a letter",
    _LINE: "a text of one to 400 characters on one line",
    _PROSE: "a text of one to 4,000 characters",
}
"""Every pattern here, in words."""

ActionName = Annotated[str, Field(pattern=_ACTION)]
Service = Annotated[str, Field(pattern=_SERVICE)]
Operation = Annotated[str, Field(pattern=_OPERATION)]
ParameterName = Annotated[str, Field(pattern=_PARAMETER)]
Line = Annotated[str, Field(pattern=_LINE)]
Prose = Annotated[str, Field(pattern=_PROSE)]
