"""moto does not encode some policy documents it returns, and returns some that AWS does not. Seen in 5.2.1 and 5.2.5.

Documents are percent-encoded, and clients decode them: an unencoded `%` comes out as something else.
https://docs.aws.amazon.com/IAM/latest/APIReference/API_PolicyVersion.html
"""

from moto.core.serialize import never_return, url_encode

TRANSFORMERS = {
    "CreatePolicyVersionResponse.PolicyVersion.Document": never_return,
    "GetPolicyVersionResponse.PolicyVersion.Document": url_encode,
    "ListPolicyVersionsResponse.Versions.PolicyVersion.Document": never_return,
    "ListRolesResponse.Roles.Role.AssumeRolePolicyDocument": url_encode,
    "RoleDetailList.RoleDetail.AssumeRolePolicyDocument": url_encode,
}
