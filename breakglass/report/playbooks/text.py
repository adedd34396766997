"""A playbook on a terminal: what to do next, and commands that can be pasted."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from rich.text import Text

from breakglass.playbooks.filling import blanks, filled_text
from breakglass.playbooks.model import Parameter, Playbook, Step
from breakglass.playbooks.rules import PLACEHOLDER
from breakglass.report.columns import aligned
from breakglass.report.playbooks.commands import commands
from breakglass.report.playbooks.where import Link, Where
from breakglass.report.playbooks.wording import KINDS, after, in_units, measure, numbered, postscript, preface

Listed = tuple[Playbook, Where | None]


def listed_text(every: Sequence[Listed]) -> Iterator[Text]:
    """Yield the playbooks under each other, each with where and by whom it is carried out, if a manifest says."""
    for playbook, where in every:
        yield Text(playbook.name, style="bold").append(f"  {playbook.title}", style="not bold")
        yield Text(f"  {playbook.when[0]}")
        yield Text(f"  {measure(playbook)}", style="dim")
        if where is not None:
            yield from _places(where)


def _places(where: Where) -> Iterator[Text]:
    """Yield the accounts by the teams that may, each set of teams once: there may be thousands of accounts."""
    by_teams: dict[tuple[str, ...], list[str]] = {}
    for place in where.places:
        by_teams.setdefault(place.teams, []).append(place.name)
    for teams, names in by_teams.items():
        who = f"by {', '.join(teams)}" if teams else "by nobody: no team may"
        yield Text(f"  in {_several(names)}, {who}")
    if where.units:
        yield Text(f"  {in_units(where)}")
    yield from _nowhere(where)


def _nowhere(where: Where) -> Iterator[Text]:
    if not (where.places or where.units):
        yield Text(f"  nowhere: the manifest {where.manifest} does not provision it", style="yellow")


def _several(names: Sequence[str]) -> str:
    shown = ", ".join(names[:10])
    return shown if len(names) <= 10 else f"{shown} and {len(names) - 10} more"


def playbook_text(
    playbook: Playbook, where: Where | None, phases: Collection[str], values: Mapping[str, str]
) -> Iterator[Text]:
    """Yield a playbook, or these phases of it, with what is known filled into its commands.

    Whoever asks for one phase knows that this is the playbook to use: what tells that is left out.
    """
    yield Text(playbook.title, style="bold")
    shown = [each for each in playbook.every_phase() if each[0] in phases]
    if len(shown) == len([*playbook.every_phase()]):
        yield from _about(playbook)
    if where is not None:
        yield from _ways(where)
    asked = blanks(playbook, phases)
    for name, phase in shown:
        yield Text("")
        yield Text(f" {name.upper()} ", style="bold reverse").append(f" {phase.goal}", style="not bold not reverse")
        yield from _parameters(asked[name], values)
        for step in phase.steps:
            yield from _step(playbook, step, values)


def _about(playbook: Playbook) -> Iterator[Text]:
    yield from _prose(playbook.scenario)
    for heading, lines in preface(playbook):
        yield Text("")
        yield Text(heading, style="bold")
        for line in lines:
            yield from _prose(line, "  - ")


def _parameters(asked: Sequence[Parameter], values: Mapping[str, str]) -> Iterator[Text]:
    if asked:
        yield Text("")
        yield Text("Fill in", style="bold").append("  with --set NAME=VALUE", style="not bold dim")
    for each in asked:
        known = values.get(each.name)
        said = f"= {known}" if known else f"such as {each.example}"
        yield Text(f"  {each.name}", style="cyan", no_wrap=True).append(f"  {said}", style="green" if known else "dim")
        yield from _prose(each.what, "    ")


def _ways(where: Where) -> Iterator[Text]:
    yield Text("")
    yield Text("Get there", style="bold").append(f"  role {where.role}", style="not bold")
    yield Text(f"  sign in as an IAM user of account {where.security_account}, with MFA")
    yield from _links(where.sign_in)
    for place in where.places:
        named = f" {place.name}" if place.name != place.account else ""
        who = f", team {', '.join(place.teams)}" if place.teams else ", no team may"
        yield Text(f"  switch in{named} ({place.account}){who}")
        yield from _links(place.links)
    if where.units:
        yield Text(f"  {in_units(where)}: by their ids, with `breakglass console ID/PLAYBOOK`")
    yield from _nowhere(where)


def _links(links: Sequence[Link]) -> Iterator[Text]:
    for region, url in aligned([(each.region, each.url) for each in links]):
        yield Text(f"    {region}{url}", no_wrap=True)


def _step(playbook: Playbook, step: Step, values: Mapping[str, str]) -> Iterator[Text]:
    yield Text("")
    title = Text(f"{numbered(playbook)[step.id]:>2}. {step.title}", style="bold")
    yield title.append(f"  {KINDS[step.kind]}{', changes' if step.changes else ''}", style="not bold dim")
    if step.after:
        yield Text(f"    after {after(playbook, step)}", style="dim")
    for line in (*((step.why,) if step.why else ()), *step.do):
        yield from _prose(line, "    ")
    yield from _typed(commands(playbook, step, values), {})
    if step.kind == "session":
        yield Text("    then, on the host:")
        yield from _typed(step.commands, values)
    for heading, lines in postscript(step):
        for line in lines:
            yield from _prose(f"{heading}: {line}", "    ")


def _typed(lines: Sequence[str], values: Mapping[str, str]) -> Iterator[Text]:
    """Yield what is typed, never broken; what is still to be filled in stands out."""
    for line in (line for typed in lines for line in filled_text(typed, values).splitlines()):
        text = Text(f"      {line}", style="cyan", no_wrap=True)
        text.highlight_regex(PLACEHOLDER, style="bold yellow")
        yield text


def _prose(text: str, lead: str = "") -> Iterator[Text]:
    for number, line in enumerate(text.splitlines()):
        yield Text(f"{lead if number == 0 else ' ' * len(lead)}{line}")
