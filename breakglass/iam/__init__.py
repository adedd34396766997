"""The policy engine: what AWS would decide about a request, from the documents alone, and with the reason."""
