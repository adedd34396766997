"""What no responder may do, whatever the playbook: each action with the harm it would do.

The ways to more rights start from https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/
"""

from collections.abc import Mapping

_FORBIDDEN = {
    "give oneself or another more rights": """
        iam:AddClientIDToOpenIDConnectProvider iam:AddRoleToInstanceProfile iam:AddUserToGroup iam:AttachGroupPolicy
        iam:AttachRolePolicy iam:AttachUserPolicy iam:CreateOpenIDConnectProvider iam:CreatePolicy
        iam:CreatePolicyVersion iam:CreateRole iam:CreateSAMLProvider iam:CreateUser iam:DeleteGroupPolicy
        iam:DeleteRolePermissionsBoundary iam:DeleteRolePolicy iam:DeleteUserPermissionsBoundary iam:DeleteUserPolicy
        iam:DetachGroupPolicy iam:DetachRolePolicy iam:DetachUserPolicy iam:PutGroupPolicy
        iam:PutRolePermissionsBoundary iam:PutRolePolicy iam:PutUserPermissionsBoundary iam:PutUserPolicy
        iam:RemoveUserFromGroup iam:SetDefaultPolicyVersion iam:TagOpenIDConnectProvider iam:TagPolicy iam:TagRole
        iam:TagSAMLProvider iam:TagUser iam:UntagOpenIDConnectProvider iam:UntagRole iam:UntagSAMLProvider
        iam:UntagUser iam:UpdateAssumeRolePolicy iam:UpdateRole
        sso:AttachCustomerManagedPolicyReferenceToPermissionSet sso:AttachManagedPolicyToPermissionSet
        sso:CreateAccountAssignment sso:CreatePermissionSet sso:DeleteInlinePolicyFromPermissionSet
        sso:DeletePermissionsBoundaryFromPermissionSet sso:PutInlinePolicyToPermissionSet
        sso:PutPermissionsBoundaryToPermissionSet sso:UpdatePermissionSet sso-directory:AddMemberToGroup
        identitystore:CreateGroupMembership
        eks:AssociateAccessPolicy eks:UpdateAccessEntry
        """,
    "make or renew a credential": """
        iam:ChangePassword iam:CreateAccessKey iam:CreateLoginProfile iam:CreateServiceSpecificCredential
        iam:CreateVirtualMFADevice iam:DeactivateMFADevice iam:EnableMFADevice iam:ResetServiceSpecificCredential
        iam:ResyncMFADevice iam:UpdateLoginProfile iam:UpdateSSHPublicKey iam:UpdateServiceSpecificCredential
        iam:UploadSSHPublicKey iam:UploadSigningCertificate identitystore:CreateUser
        sso-directory:CreateExternalIdPConfigurationForDirectory sso-directory:CreateUser
        sso-directory:ImportExternalIdPCertificate sso-directory:UpdateExternalIdPConfigurationForDirectory
        sso-directory:UpdatePassword
        cognito-idp:AdminSetUserPassword identitystore:UpdateUser rolesanywhere:EnableProfile
        rolesanywhere:EnableTrustAnchor rolesanywhere:UpdateProfile rolesanywhere:UpdateTrustAnchor
        """,
    "become somebody else": """
        ec2:AssociateIamInstanceProfile ec2:ReplaceIamInstanceProfileAssociation sts:AssumeRole
        sts:AssumeRoleWithSAML sts:AssumeRoleWithWebIdentity sts:AssumeRoot sts:GetFederationToken
        """,
    "run code where a stronger role waits": """
        autoscaling:CreateAutoScalingGroup autoscaling:StartInstanceRefresh autoscaling:UpdateAutoScalingGroup
        cloudformation:CreateChangeSet cloudformation:CreateStack cloudformation:UpdateStack codebuild:StartBuild
        ec2:ModifyInstanceAttribute ec2:RequestSpotInstances ec2:RunInstances ecs:ExecuteCommand
        ecs:RegisterTaskDefinition ecs:RunTask ecs:UpdateService glue:CreateJob lambda:AddPermission
        lambda:CreateFunction lambda:UpdateFunctionCode lambda:UpdateFunctionConfiguration ssm:CreateAssociation
        ssm:CreateDocument ssm:ModifyDocumentPermission ssm:UpdateAssociation ssm:UpdateDocument
        ssm:UpdateDocumentDefaultVersion states:StartExecution
        cloudformation:ExecuteChangeSet codebuild:StartBuildBatch elasticmapreduce:AddJobFlowSteps
        glue:UpdateDevEndpoint sagemaker:CreatePresignedNotebookInstanceUrl ssm:PutParameter
        ssm:RegisterTaskWithMaintenanceWindow ssm:StartAssociationsOnce states:UpdateStateMachine
        """,
    "reach a host beside Session Manager": """
        ec2-instance-connect:OpenTunnel ec2-instance-connect:SendSSHPublicKey
        ec2-instance-connect:SendSerialConsoleSSHPublicKey ec2:EnableSerialConsoleAccess ec2:GetPasswordData
        """,
    "loosen what keeps others out": """
        cloudfront:UpdateDistribution ec2:AuthorizeSecurityGroupEgress ec2:AuthorizeSecurityGroupIngress
        ec2:DisableImageBlockPublicAccess ec2:DisableSnapshotBlockPublicAccess ec2:ModifyImageAttribute
        ec2:ModifySnapshotAttribute kms:PutKeyPolicy organizations:CreatePolicy organizations:DisablePolicyType
        organizations:MoveAccount organizations:PutResourcePolicy organizations:RegisterDelegatedAdministrator
        organizations:RemoveAccountFromOrganization organizations:UpdatePolicy s3:DeleteBucketPolicy
        s3:PutBucketAcl s3:PutBucketPolicy s3:PutObjectAcl secretsmanager:PutResourcePolicy
        route53:ChangeResourceRecordSets shield:DeleteProtection signin:PutConsoleAuthorizationConfiguration
        signin:PutResourcePermissionStatement wafv2:AssociateWebACL wafv2:DeleteWebACL wafv2:DisassociateWebACL
        wafv2:UpdateWebACL
        ec2:ModifyInstanceMetadataOptions ec2:ModifySecurityGroupRules s3:PutAccessPointPolicy tag:TagResources
        tag:UntagResources
        """,
    "read the data the playbook protects": """
        cloudfront:GetDistribution cloudfront:GetDistributionConfig cloudfront:ListDistributions
        dynamodb:GetItem dynamodb:Query dynamodb:Scan ebs:GetSnapshotBlock ec2:DescribeInstanceAttribute
        ec2:DescribeLaunchTemplateVersions ec2:DescribeVpnConnections ec2:GetConsoleOutput lambda:GetFunction
        lambda:GetFunctionConfiguration lambda:ListFunctions logs:FilterLogEvents logs:GetLogEvents
        logs:StartQuery macie2:GetSensitiveDataOccurrences rds-db:connect rds:DownloadDBLogFilePortion
        s3:GetObject s3:GetObjectVersion ssm:GetParameter ssm:GetParameters
        dynamodb:ExportTableToPointInTime dynamodb:PartiQLSelect ec2:GetLaunchTemplateData ecr:BatchGetImage
        rds-data:ExecuteStatement s3:PutReplicationConfiguration sqs:ReceiveMessage ssm:GetParameterHistory
        ssm:GetParametersByPath
        """,
    "destroy data, backups or evidence": """
        backup:DeleteBackupVault backup:DeleteRecoveryPoint backup:PutBackupVaultAccessPolicy
        backup:UpdateRecoveryPointLifecycle ec2:DeleteSnapshot ec2:DeleteTags ec2:DeregisterImage
        ec2:TerminateInstances ec2:UnlockSnapshot iam:DeleteAccessKey kms:DisableKey kms:ScheduleKeyDeletion
        organizations:CloseAccount organizations:LeaveOrganization rds:DeleteDBInstance rds:DeleteDBSnapshot
        rds:ModifyDBCluster rds:ModifyDBInstance s3:BypassGovernanceRetention s3:DeleteBucket s3:DeleteObject
        s3:DeleteObjectVersion s3:PutBucketVersioning s3:PutLifecycleConfiguration s3:PutObject
        secretsmanager:DeleteSecret secretsmanager:PutSecretValue secretsmanager:UpdateSecret
        account:CloseAccount backup:DeleteBackupVaultAccessPolicy cloudformation:DeleteStack dynamodb:DeleteTable
        ec2:DeleteFlowLogs ec2:DeleteVolume elasticfilesystem:DeleteFileSystem kms:DeleteImportedKeyMaterial
        organizations:DeleteOrganization rds:DeleteDBCluster rds:DeleteDBClusterSnapshot s3:PutBucketLogging
        s3:PutBucketNotification scheduler:DeleteSchedule synthetics:DeleteCanary
        """,
}

FORBIDDEN: Mapping[str, str] = {action: harm for harm, actions in _FORBIDDEN.items() for action in actions.split()}
"""Action -> the harm."""

CLOSING = frozenset(
    [
        "ec2:EnableImageBlockPublicAccess",
        "ec2:EnableSnapshotBlockPublicAccess",
        "ec2:ResetSnapshotAttribute",
        "kms:CreateGrant",
        "organizations:AttachPolicy",
        "organizations:DetachPolicy",
        "s3:PutAccountPublicAccessBlock",
        "s3:PutBucketPublicAccessBlock",
    ]
)
"""What a playbook may do of all that AWS rates as managing permissions: it closes, or is held by a guard of its own."""

WATCHING = frozenset(
    [
        "access-analyzer",
        "cloudtrail",
        "cloudwatch",
        "config",
        "events",
        "guardduty",
        "logs",
        "macie2",
        "securityhub",
        "sns",
    ]
)
"""The services that watch: a responder changes nothing in any of them."""
