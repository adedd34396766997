"""What a responder fills in, put in the place of `{{name}}`."""

from collections.abc import Collection, Iterator, Mapping

from pydantic import JsonValue

from breakglass.errors import UsageError
from breakglass.manifest.wording import near, suggestion
from breakglass.playbooks.model import Parameter, Playbook, Step
from breakglass.playbooks.rights import calls
from breakglass.playbooks.rules import PLACEHOLDER


def filled(value: JsonValue, values: Mapping[str, str]) -> JsonValue:
    """Return a value with what is known filled in, at any depth; what is not known stays as it is."""
    match value:
        case str():
            return filled_text(value, values)
        case list():
            return [filled(each, values) for each in value]
        case dict():
            return {key: filled(each, values) for key, each in value.items()}
        case _:
            return value


def filled_text(text: str, values: Mapping[str, str]) -> str:
    """Return a text with what is known filled in; what is not known stays as it is."""
    return PLACEHOLDER.sub(lambda each: values.get(each[1], each[0]), text)


def asked_for(value: JsonValue) -> Iterator[str]:
    """Yield the names a value asks for, at any depth."""
    match value:
        case str():
            yield from PLACEHOLDER.findall(value)
        case list():
            for each in value:
                yield from asked_for(each)
        case dict():
            for each in value.values():
                yield from asked_for(each)


def blanks(playbook: Playbook, phases: Collection[str]) -> Mapping[str, tuple[Parameter, ...]]:
    """Return what is to be filled in for these phases: each parameter once, by the first of them that asks for it."""
    found: dict[str, tuple[Parameter, ...]] = {}
    known: set[str] = set()
    for name, phase in playbook.every_phase():
        if name in phases:
            new = {each for step in phase.steps for each in _asked_by(playbook, step)} - known
            found[name] = tuple(each for each in playbook.parameters if each.name in new)
            known |= new
    return found


def _asked_by(playbook: Playbook, step: Step) -> Iterator[str]:
    for call in calls(playbook, step):
        yield from asked_for([dict(call.parameters), call.query])
    yield from asked_for([step.target, *step.commands])


def given(playbook: Playbook, pairs: tuple[str, ...]) -> Mapping[str, str]:
    """Return what `NAME=VALUE` say, by name; of the same name the last counts.

    Raises UsageError with all that is none, or names no parameter of the playbook.
    """
    known = playbook.examples
    split = [pair.partition("=") for pair in pairs]
    problems = [
        f"{name}: {playbook.name} has no parameter of this name{suggestion(near(name, known))}"
        if sign and value
        else f"{name}: write NAME=VALUE"
        for name, sign, value in split
        if not (sign and value and name in known)
    ]
    problems += [
        f"{name}: the AWS CLI would read the file that {value} names" for name, _, value in split if _is_file(value)
    ]
    if problems:
        named = ", ".join(known) or "none"
        raise UsageError("\n".join(problems), subject=playbook.name, advice=f"the parameters are: {named}")
    return {name: value for name, _, value in split}


def _is_file(value: str) -> bool:
    """Tell whether the AWS CLI takes a value for the name of a file whose content is meant.

    https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-parameters-file.html
    """
    return value.lower().startswith(("file://", "fileb://"))
