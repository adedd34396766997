"""A reason is told first, and without what helps nobody."""

from breakglass.aws.stacks.words import MOST, told

DENIED = (
    "User: arn:aws:sts::222222222222:assumed-role/stacksets-exec-0123456789abcdef/7a0f6e8e-11 is not authorized to "
    "perform: iam:CreateRole on resource: arn:aws:iam::222222222222:role/BREAK-GLASS-RANSOMWARE with an explicit deny "
    "in a service control policy"
)
SHELLED = (
    "ResourceLogicalId:RoleBREAKGLASSRANSOMWARE, ResourceType:AWS::IAM::Role, ResourceStatusReason:Resource handler "
    f'returned message: "{DENIED} (Service: Iam, Status Code: 403, Request ID: 5b1e) (SDK Attempt Count: 1)" '
    "(RequestToken: 0c8d, HandlerErrorCode: AccessDenied)."
)


def test_a_denial_is_told_in_a_sentence_and_then_in_their_words() -> None:
    assert told(SHELLED) == (
        "a service control policy denies iam:CreateRole on role/BREAK-GLASS-RANSOMWARE to stacksets-exec-* "
        "(RoleBREAKGLASSRANSOMWARE: User: arn:aws:sts::222222222222:assumed-role/stacksets-exec-* is not authorized to "
        "perform: iam:CreateRole on resource: arn:aws:iam::222222222222:role/BREAK-GLASS-RANSOMWARE with an explicit "
        "deny in a service control policy.)"
    )


def test_who_else_denies_is_told_as_well() -> None:
    said = (
        "User: arn:aws:iam::222222222222:user/ana is not authorized to perform: iam:PassRole with an explicit deny in"
    )
    assert told(f"{said} an identity-based policy").startswith("an identity-based policy denies iam:PassRole to ana (")
    assert told(f"{said} a permissions boundary").startswith("a permissions boundary denies iam:PassRole to ana (")
    assert told("User: x is not authorized to perform: a:B") == "User: x is not authorized to perform: a:B"


def test_long_words_are_cut_and_others_left_as_they_are() -> None:
    assert told("x already exists") == "x already exists"
    assert told("x" * MOST) == "x" * MOST
    assert told("x" * (MOST + 1)) == "x" * MOST + "…"
