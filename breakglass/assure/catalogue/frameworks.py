"""The frameworks that controls answer to, by the names their publishers give them.

A control names only what it truly answers: what an auditor may take its outcome as evidence for.

https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/welcome.html
https://docs.aws.amazon.com/securityhub/latest/userguide/cis-aws-foundations-benchmark.html
https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
"""

from typing import Final

WELL_ARCHITECTED: Final = "AWS Well-Architected"
CIS: Final = "CIS AWS Foundations Benchmark v5.0.0"
NIST: Final = "NIST SP 800-53 Rev. 5"
SOC2: Final = "SOC 2 (TSC 2017)"
ISO: Final = "ISO/IEC 27001:2022 Annex A"
