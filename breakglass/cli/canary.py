"""canary, activity."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from secrets import token_hex

import click

from breakglass.assure.canary import prove
from breakglass.assure.trial import TIMEOUT, Trial, session_name
from breakglass.cli import options, wiring
from breakglass.cli.units import complete
from breakglass.errors import UsageError
from breakglass.manifest.model import Manifest
from breakglass.report.activity import activity_document, activity_text
from breakglass.report.canary import delivery_document, delivery_text
from breakglass.report.terminal import progress, show, show_json
from breakglass.trail.activity import PATTERN, uses

_DAY = 24 * 3600
_DECADE = 10 * 365 * 24


@click.command()
@options.manifest
@options.profile
@options.output
@click.option("--denied", is_flag=True, help="Prove that a denied attempt is noticed: by the net alone.")
@click.option("--region", "regions", multiple=True, help="Prove it through STS in this region; several may be given.")
@click.option("--all-regions", "everywhere", is_flag=True, help="Prove it in every region of `alerts.regions`.")
@click.option(
    "--timeout",
    type=click.IntRange(0, _DAY),
    default=TIMEOUT,
    show_default=True,
    help="Seconds to wait for all of it.",
)
def canary(
    path: Path,
    profile: str | None,
    form: str,
    *,
    denied: bool,
    regions: tuple[str, ...],
    everywhere: bool,
    timeout: int,
) -> int:
    """Prove that a use reaches people: a role without rights is assumed, and both channels are followed."""
    manifest = complete(path, profile).manifest
    chosen = manifest.alerts.regions if everywhere else _known(manifest, regions or manifest.regions[:1])
    watch = wiring.watch(manifest, profile)
    now = watch.clock.now()
    trial = Trial(manifest, {region: session_name(now, token_hex(4)) for region in chosen}, denied, timeout)
    with progress("Following the canary", trial.stages) as advance:
        delivery = prove(watch, trial, advance=advance)
    if form == options.JSON:
        show_json(delivery_document(delivery, manifest.name))
    else:
        show(delivery_text(delivery))
    return delivery.exit_code


@click.command()
@options.manifest
@options.profile
@options.output
@click.option("--hours", type=click.IntRange(1, _DECADE), default=24, show_default=True, help="How far back.")
def activity(path: Path, profile: str | None, form: str, hours: int) -> None:
    """Show who used which role where and when, from the organization trail's log group."""
    manifest = complete(path, profile).manifest
    watch = wiring.watch(manifest, profile)
    found = uses(watch.log.find(PATTERN, watch.clock.now() - timedelta(hours=hours)))
    if form == options.JSON:
        show_json(activity_document(found))
    else:
        show(activity_text(found, manifest, hours))


def _known(manifest: Manifest, regions: Sequence[str]) -> Sequence[str]:
    for region in regions:
        if region not in manifest.alerts.regions:
            advice = f"choose among {', '.join(manifest.alerts.regions)}"
            raise UsageError(f"{region} is not in `alerts.regions`", subject=region, advice=advice)
    return regions
