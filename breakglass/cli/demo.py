"""demo: the whole story on the embedded sandbox; each step says what must come out, and checks it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from rich.text import Text

from breakglass import data, naming, resources
from breakglass.cli import wiring
from breakglass.cli.demo_alerts import prove_delivery, show_told, silence, told_of_people, told_of_silence
from breakglass.cli.demo_people import enroll_everybody, get_in, get_in_from_the_shell, renew
from breakglass.cli.story import ROLE, TARGET, USER, Step, Story, in_short
from breakglass.errors import DeniedError
from breakglass.estate.claims.proofs import CLAIMS, proofs
from breakglass.estate.documents import playbook_trust
from breakglass.estate.observation import observe
from breakglass.estate.readiness_matrix import matrix
from breakglass.iam.nouns import Decision
from breakglass.iam.prove import Status
from breakglass.iam.scenarios import decide
from breakglass.manifest.read import read
from breakglass.report.check import check_text
from breakglass.report.proofs import proofs_text
from breakglass.report.terminal import show
from breakglass.sandbox import intruder, require_extra
from breakglass.sandbox.environment import merged


@click.command()
def demo() -> int:
    """Tell the whole story on the embedded sandbox; exit 0 only if every step came out as told."""
    require_extra()
    from breakglass.sandbox.server import Sandbox  # noqa: PLC0415 - needs the extra just asked for

    manifest = read(data.example())
    with Sandbox(manifest) as sandbox, _environment(sandbox.environment()), TemporaryDirectory() as folder:
        story = Story(manifest, sandbox, Path(folder))
        for number, step in enumerate(STEPS, start=1):
            if not _tell(number, step, story):
                return 1
    show([Text(), Text("Every step came out as told.", style="bold green")])
    return 0


def _tell(number: int, step: Step, story: Story) -> bool:
    title = Text(f"{number}. {step.title}", style="bold cyan")
    show([Text(), title, Text(f"   {step.says}", style="dim"), Text()])
    as_told = step.run(story)
    if not as_told:
        show([Text("This did not come out as told.", style="bold red")])
    return as_told


@contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    """Reach the sandbox and nothing else."""
    before = dict(os.environ)
    changed = merged(before, variables)
    os.environ.clear()
    os.environ.update(changed)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _check(story: Story) -> bool:
    gets_in = matrix(story.manifest, story.goal.target)
    show(check_text(story.manifest, story.goal.target, gets_in))
    return gets_in.may == gets_in.intended and not gets_in.surprises


def _prove(story: Story) -> bool:
    found = tuple(proofs(story.manifest, story.goal.target))
    show(proofs_text(found))
    return all(proof.verdict.status is Status.PROVED for proof in found)


def _plan_all(story: Story) -> bool:
    return len(story.plan().changes) == len(story.goal.target)


def _plan_nothing(story: Story) -> bool:
    return not story.plan().changes


def _guarded(story: Story) -> bool:
    """Try one of the deeds while the guardrails hold."""
    security = story.sessions.client("iam", story.manifest.security_account)
    try:
        with wiring.translated(story.manifest.security_account):
            intruder.make_access_key(security, USER)
    except DeniedError as error:
        show([Text(f"  x {in_short(error)}", style="yellow")])
        return "explicit deny in a service control policy" in error.message
    return False


def _intrude(story: Story) -> bool:
    story.told()  # of what came before
    story.later(minutes=10)
    management = story.manifest.management_account.id
    lifted = intruder.lift(story.sessions.client("organizations", management), naming.NAMESPACE_GUARDRAIL)
    security = story.sessions.client("iam", story.manifest.security_account)
    policy = intruder.attach_policy(security, USER)
    story.key = intruder.make_access_key(security, USER)
    trust = playbook_trust(story.manifest.partition, story.manifest.security_account, story.manifest.organization)
    intruder.weaken_trust(story.sessions.client("iam", TARGET), ROLE, trust)
    deeds = (
        f"took the guardrail {naming.NAMESPACE_GUARDRAIL} off {', '.join(lifted)}",
        f"attached {policy} to {USER}",
        f"made the access key {story.key} for {USER}",
        f"let {ROLE} of {TARGET} be assumed without MFA",
    )
    show(Text(f"  ! {deed}", style="red") for deed in deeds)
    told = " ".join(f"{subject} {text}" for subject, text in show_told(story))
    return all(each in told for each in ("AttachUserPolicy", "CreateAccessKey", "BreakGlass-RoleChanged"))


def _find_the_deeds(story: Story) -> bool:
    role = naming.iam_arn(story.manifest.partition, TARGET, f"role/{ROLE}")
    found = {(finding.code, finding.subject) for finding in story.verify()}
    deeds = {told for told in found if told[0] not in ("CLAIM_REFUTED", "NOT_PROVED")}
    return any(code == "CLAIM_REFUTED" for code, _ in found) and deeds == {
        ("NAMESPACE_OPEN", naming.NAMESPACE_GUARDRAIL),
        ("USER_POLICY", USER),
        ("ACCESS_KEY", USER),
        ("DRIFT", role),
    }


def _refute(story: Story) -> bool:
    """Judge one claim of what is read back, and let the engine decide the request that refutes it."""
    seen = observe(story.estate, story.goal.surveys, story.manifest.name)
    claims = [claim for claim in CLAIMS if claim.id == "mfa-always"]
    found = tuple(proofs(story.manifest, {**seen.strays, **seen.state}, seen.unread, claims))
    show(proofs_text(found))
    (counterexample,) = [each for proof in found if (each := proof.verdict.counterexample) is not None]
    decision = decide(counterexample).decision
    show([Text(f"  simulate, given this request and the documents in AWS: {decision}", style="red")])
    return decision is Decision.ALLOWED


def _still_bound(story: Story) -> bool:
    return "explicit deny in a permissions boundary" in story.enter(USER, mfa=False)


def _plan_repair(story: Story) -> bool:
    repaired = {(change.key.type, change.key.name) for change in story.plan().changes}
    return repaired == {
        (resources.SERVICE_CONTROL_POLICY, naming.NAMESPACE_GUARDRAIL),
        (resources.USER, USER),
        (resources.ROLE, ROLE),
    }


def _delete_key(story: Story) -> bool:
    security = story.sessions.client("iam", story.manifest.security_account)
    security.delete_access_key(UserName=USER, AccessKeyId=story.key)
    show([Text(f"  aws iam delete-access-key --user-name {USER} --access-key-id {story.key}")])
    return True


def _find_nothing(story: Story) -> bool:
    return not story.verify()


STEPS = (
    Step("check", "The manifest says who may carry out which playbook where.", _check),
    Step("prove", "Before anything is made: each claim over all requests there can be.", _prove),
    Step("plan", "What would change: everything, as nothing is there yet.", _plan_all),
    Step("apply", "Make it real, accounts side by side, and read it back.", Story.apply),
    Step("plan again", "A true diff: nothing is left to do.", _plan_nothing),
    Step(
        "enroll",
        "Nobody gets in yet. Everybody gets an MFA device, and then a password: each in an envelope of its own.",
        enroll_everybody,
    ),
    Step("verify", "Exactly the intended access exists, and everybody is enrolled.", _find_nothing),
    Step(
        "people",
        "Ana opens her envelopes and enters; without MFA she does not, and Emeka, of another team, never does.",
        get_in,
    ),
    Step("the shell", "The same session runs a command in the role.", get_in_from_the_shell),
    Step(
        "told",
        "Whoever the manifest names has heard of all three: of each by the fast channel, of each kind by the net.",
        told_of_people,
    ),
    Step(
        "canary",
        "The same without a person: a role without rights is assumed, and followed to the message.",
        prove_delivery,
    ),
    Step("a guardrail", "Not even the provisioning role gives a person a key.", _guarded),
    Step(
        "an intruder", "An administrator of the management account lifts the guardrail and opens three doors.", _intrude
    ),
    Step(
        "verify",
        "Exactly what was done is found, and which claims no longer hold, with a request that shows it.",
        _find_the_deeds,
    ),
    Step("prove again", "The claim about MFA is refuted by a request, which the engine confirms.", _refute),
    Step("without MFA", "The role would let her in now, her boundary does not.", _still_bound),
    Step("plan the repair", "What the manifest says comes back; a key is a fact and no part of it.", _plan_repair),
    Step("apply the repair", "The guardrail is back, the policy goes, the trust demands MFA again.", Story.apply),
    Step("delete the key", "A person does what the finding advised.", _delete_key),
    Step("verify", "Exactly the intended access exists.", _find_nothing),
    Step("people again", "Ana enters with MFA, and nobody without.", get_in),
    Step("renew", "After a use both factors are replaced, and what was opened opens nothing any more.", renew),
    Step("silence", "Somebody switches an alarm off: the other channel tells of just that.", silence),
    Step("verify", "And the link that carries nothing any more is named.", told_of_silence),
    Step("apply the repair", "The alarm is on again.", Story.apply),
)
