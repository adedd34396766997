"""The SDK's data without its largest file, which takes longer to read than a call of STS takes to answer.

botocore resolves endpoints by the rules of each service, and reads the older endpoints.json all the same. What is given
in its place is made of partitions.json, its own as well: the partitions, and no exceptions of single services.
https://docs.aws.amazon.com/botocore/latest/reference/loaders.html
"""

from typing import Any

from botocore.loaders import Loader

_DEFAULTS = {"hostname": "{service}.{region}.{dnsSuffix}", "protocols": ["https"], "signatureVersions": ["v4"]}


class QuickLoader(Loader):
    """Loads what botocore asks for, and `endpoints` in short."""

    def load_data_with_path(self, name: str) -> tuple[Any, str]:
        """Return a file's content, and where it is."""
        if name != "endpoints":
            return super().load_data_with_path(name)
        partitions, path = super().load_data_with_path("partitions")
        return {"version": 3, "partitions": [_in_short(each) for each in partitions["partitions"]]}, path


def _in_short(partition: dict[str, Any]) -> dict[str, Any]:
    return {
        "partition": partition["id"],
        "dnsSuffix": partition["outputs"]["dnsSuffix"],
        "regionRegex": partition["regionRegex"],
        "regions": partition["regions"],
        "services": {},
        "defaults": _DEFAULTS,
    }
