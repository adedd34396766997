"""Emergency access for AWS organizations: pre-provisioned, noticed at every use, and proved right."""
