"""AWS's own descriptions of its APIs, as botocore ships them: no call is made."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import jmespath
from botocore.exceptions import UnknownServiceError
from botocore.model import OperationModel, OperationNotFoundError
from botocore.session import Session
from botocore.validate import ParamValidator

from breakglass.documents import Json
from breakglass.manifest.wording import near, suggestion

_CLASS: Final = re.compile(r"<class '(\w+)'>")


class AwsApiModels:
    """The services of AWS, their operations and what these take; see `cloud.ApiModels`."""

    def __init__(self) -> None:
        self._session = Session()

    def problems(
        self, service: str, operation: str, parameters: Mapping[str, Json], query: str | None
    ) -> Sequence[str]:
        """Return in sentences what is wrong with a call."""
        return (*self._called(service, operation, parameters), *_asked(query))

    def _called(self, service: str, operation: str, parameters: Mapping[str, Json]) -> Iterator[str]:
        try:
            model = self._session.get_service_model(service)
        except UnknownServiceError:
            meant = near(service, self._session.get_available_services())
            yield f"boto3 knows no service `{service}`{suggestion(meant)}"
            return
        try:
            yield from _misfits(model.operation_model(operation), parameters)
        except OperationNotFoundError:
            meant = near(operation, model.operation_names)
            yield f"`{service}` has no operation `{operation}`{suggestion(meant)}"


def _misfits(model: OperationModel, parameters: Mapping[str, Json]) -> Iterator[str]:
    shape = model.input_shape
    if shape is None:
        yield from (f"`{model.name}` takes no parameters" for _ in range(bool(parameters)))
        return
    for line in ParamValidator().validate(dict(parameters), shape).generate_report().splitlines():
        said = _CLASS.sub(r"`\1`", line[:1].lower() + line[1:])
        yield f"`{model.name}`: {said}"


def _asked(query: str | None) -> Iterator[str]:
    try:
        jmespath.compile(query or "@")
    except jmespath.exceptions.ParseError:
        yield "`query` is not JMESPath: https://jmespath.org"
