"""The controls themselves, for people and for machines: what is demanded, how it is checked, and what it answers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.text import Text

from breakglass.controls import Control
from breakglass.documents import Json
from breakglass.estate.wording import counted


def controls_text(automated: Sequence[Control], manual: Sequence[Control]) -> Iterator[Text]:
    """Yield every control with its means, severity and frameworks; then those left to people, with who answers."""
    yield Text(f"{counted(len(automated), 'control')} that `verify` runs:", style="bold")
    for each in automated:
        yield from _control(each)
    yield Text(f"{len(manual)} deliberately left to people:", style="bold")
    for each in manual:
        yield from _control(each)
        yield Text(f"    answers for it: {each.answerable}")


def controls_document(automated: Iterable[Control], manual: Iterable[Control]) -> Json:
    """Return an array with one object for each control, those left to people last."""
    return [_document(each) for each in (*automated, *manual)]


def framework_ids(frameworks: Mapping[str, Sequence[str]]) -> str:
    """Return what a control answers on one line, such as `NIST SP 800-53 Rev. 5 AC-3, AC-6; SOC 2 (TSC 2017) CC6.1`."""
    return "; ".join(f"{name} {', '.join(ids)}" for name, ids in frameworks.items())


def _control(control: Control) -> Iterator[Text]:
    yield Text(f"  {control.id}", style="bold").append(f"  {control.title}", style="not bold")
    yield Text(f"    {control.means}, at most {control.severity.name.lower()}: {control.rationale}")
    if control.frameworks:
        yield Text(f"    {framework_ids(control.frameworks)}", style="dim")


def _document(control: Control) -> Json:
    return {
        "id": control.id,
        "title": control.title,
        "rationale": control.rationale,
        "sources": list(control.sources),
        "severity": control.severity.name,
        "means": control.means.value,
        "remediation": control.remediation,
        "frameworks": {name: list(ids) for name, ids in control.frameworks.items()},
        "answerable": control.answerable or None,
    }
