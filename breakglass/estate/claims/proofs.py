"""Every claim, and what becomes of it in a state: what is desired, or what was read back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from breakglass import naming
from breakglass.errors import UsageError
from breakglass.estate.access import Access
from breakglass.estate.claims import guardrails, people, roles, trust, verification
from breakglass.estate.claims.case import Case, Claim
from breakglass.facts import Unread
from breakglass.iam.prove import Status, Verdict
from breakglass.iam.truth import Unsupported
from breakglass.iam.witnesses import TooMany
from breakglass.manifest.model import Manifest
from breakglass.resources import State

_ALL_RIGHTS = "with every right of its own"

CLAIMS: tuple[Claim, ...] = (
    Claim(
        "mfa-always",
        "Nobody gets into a playbook role without MFA.",
        "PA13",
        trust.only_with_mfa,
        _ALL_RIGHTS,
    ),
    Claim(
        "one-account",
        "The principals a playbook role names are those of the security account.",
        "PA9",
        trust.only_one_account,
        "as if no condition held",
    ),
    Claim(
        "only-namespace",
        "Nobody but a user of the namespace gets into a playbook role.",
        "PA13",
        trust.only_the_namespace,
        _ALL_RIGHTS,
    ),
    Claim(
        "own-name",
        "Every session has the name of its user.",
        "PA13",
        trust.only_under_ones_own_name,
        _ALL_RIGHTS,
    ),
    Claim(
        "harmless-tags",
        "No session carries a tag that could count for access.",
        "PA13",
        trust.only_harmless_tags,
        _ALL_RIGHTS,
    ),
    Claim("intended-roles", "Everybody gets into the roles of their teams.", "PA1", people.into_their_roles),
    Claim("no-other-roles", "Nobody gets into a role that is not of their teams.", "PA13", people.into_no_other),
    Claim("nothing-else", "A user can do nothing else, of all actions there will be.", "PA13", people.nothing_else),
    Claim(
        "own-policies",
        "Its own policies give a user nothing else, also if no boundary held.",
        "PA13",
        people.nothing_else_unbounded,
        "as if no boundary held",
    ),
    Claim(
        "boundary-holds",
        "Whatever is granted to a user, the boundary lets only roles of the namespace through.",
        "PA13",
        people.nothing_else_by_grace,
        "whatever else is granted",
    ),
    Claim(
        "no-new-rights",
        "A playbook role but the one that grants access makes no rights and no credentials.",
        "PA7",
        roles.never_raise_rights,
    ),
    Claim(
        "namespace-untouched",
        "A playbook role but the one that grants access changes nothing of emergency access.",
        "PA7",
        roles.never_touch_the_namespace,
    ),
    Claim(
        "grants-only",
        "The role that grants access moves people between teams, ends sign-ins of people in reserve, and changes"
        " nothing else.",
        "PA14",
        roles.only_grants,
        playbook=naming.GRANT_ACCESS,
    ),
    Claim("watch-unbroken", "A playbook role silences no trail and no alarm.", "PA7", roles.never_silence_the_watch),
    Claim("verifier-reads", "The verifier only reads.", "CC5", roles.verifiers_only_read),
    Claim(
        "verifier-trusts",
        "Nobody but the verification role gets into the verifier.",
        "CC5",
        trust.only_the_verification_role,
        _ALL_RIGHTS,
    ),
    Claim(
        "canary-trusts",
        "Nobody but the verification role gets into the canary.",
        "PA18",
        trust.only_the_canary_run,
        _ALL_RIGHTS,
    ),
    Claim("canary-idle", "The canary can do nothing.", "PA18", roles.canary_does_nothing),
    Claim(
        "verification-trusts",
        "Nobody but the scheduled function and who provisions the audit account becomes the verification role.",
        "CC5",
        trust.only_the_scheduled_function,
        _ALL_RIGHTS,
    ),
    Claim(
        "verification-verifies",
        "All that the verification role can do, given the trusts there are, is to verify.",
        "CC5",
        verification.only_verifies,
    ),
    Claim(
        "probe-denied",
        "The verification role gets into no playbook role, though it may ask.",
        "PA13",
        verification.probes_are_denied,
    ),
    Claim(
        "namespace-closed",
        "In the security account only the provisioning role changes the namespace; the one that grants access moves"
        " people.",
        "PA9",
        guardrails.only_the_provisioning_role,
        _ALL_RIGHTS,
    ),
    Claim(
        "roles-closed",
        "In every member account only who provisions changes emergency roles.",
        "PA9",
        guardrails.only_the_provisioners,
        _ALL_RIGHTS,
    ),
    Claim(
        "teams-closed",
        "In the security account only the provisioning role puts a user into a group, be it ours or not; the one that"
        " grants access into ours.",
        "PA9",
        guardrails.nobody_joins_groups,
        _ALL_RIGHTS,
    ),
    Claim(
        "provisioners-closed",
        "Nobody makes or changes a role that StackSets provisions with.",
        "PA9",
        guardrails.nobody_makes_provisioners,
        _ALL_RIGHTS,
    ),
    Claim(
        "schedule-kept",
        "In the audit account only the provisioning role changes what verifies on schedule, and only this starts it.",
        "CC5",
        guardrails.only_the_schedule_verifies,
        _ALL_RIGHTS,
    ),
    Claim(
        "stays-inside",
        "No account leaves the organization, and with it the guardrails.",
        "PA9",
        guardrails.nobody_leaves,
        _ALL_RIGHTS,
    ),
    Claim(
        "keyless",
        "Nobody at all can give a user a key.",
        "PA12",
        guardrails.nobody_makes_keys,
        _ALL_RIGHTS,
    ),
    Claim(
        "bounded",
        "Nobody at all can make a user without the boundary.",
        "PA13",
        guardrails.every_user_is_bounded,
        _ALL_RIGHTS,
    ),
)

BY_DOCUMENTS = tuple(each for each in CLAIMS if each.id not in ("intended-roles", "no-other-roles"))
"""The claims but those that the readiness matrix tells person by person."""

BY_GUARDRAILS = tuple(each for each in CLAIMS if each.cases.__module__ == guardrails.__name__)
"""The claims that rest on the service control policies."""

NOBODY = "-"
"""The subject of a claim that has nobody to judge."""

EVERYTHING_READ = Claim("everything-read", "Everything the claims are about was read.", "CC5", lambda *_: iter(()))


@dataclass(frozen=True, slots=True)
class Proof:
    """What became of a claim about a subject; `alike` counts the other subjects whose documents say the same."""

    claim: Claim
    subject: str
    verdict: Verdict
    alike: int = 0


def proofs(
    manifest: Manifest, state: State, unread: Sequence[Unread] = (), claims: Sequence[Claim] = CLAIMS
) -> Iterator[Proof]:
    """Judge every claim. One that has nobody to judge is not proved, nor is anything about what was not read."""
    hidden = frozenset(type_ for each in unread for type_ in each.types)
    access = Access(state, hidden)
    for claim in (each for each in claims if each.playbook in ("", *manifest.security_playbooks)):
        yield from _judged(claim, list(claim.cases(manifest, access)))
    for each in unread:
        why = f"{each.what} could not be read: {each.why.message}"
        yield Proof(EVERYTHING_READ, str(each.scope), Verdict(Status.NOT_PROVED, why=why))


def _judged(claim: Claim, cases: Sequence[Case]) -> Iterator[Proof]:
    alike: dict[str, list[Case]] = {}
    for case in cases:
        alike.setdefault(case.likeness, []).append(case)
    for same in alike.values():
        yield Proof(claim, same[0].subject, _verdict(same[0]), len(same) - 1)
    if not cases:
        yield Proof(claim, NOBODY, Verdict(Status.NOT_PROVED, why="there is nobody to judge"))


def _verdict(case: Case) -> Verdict:
    """Judge a case; one that cannot even be asked takes no other with it."""
    try:
        return case.judge()
    except (TooMany, Unsupported) as limit:
        return Verdict(Status.NOT_PROVED, why=str(limit))
    except UsageError as error:
        return Verdict(Status.NOT_PROVED, why=error.message)
