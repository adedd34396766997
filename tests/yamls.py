"""YAML as tests read and write it: by libyaml where it is there, which takes a tenth of the time."""

from typing import Any

import yaml

_LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
_DUMPER = yaml.CSafeDumper if yaml.__with_libyaml__ else yaml.SafeDumper


def loaded(text: str) -> Any:  # noqa: ANN401 - whatever is written there
    return yaml.load(text, _LOADER)  # noqa: S506 - both loaders are safe


def dumped(value: object) -> str:
    return str(yaml.dump(value, Dumper=_DUMPER))
