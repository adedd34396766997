"""Files on a disk that is quick: laws write thousands of them."""

import pytest


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("breakglass.files.os.fsync", lambda _descriptor: None)
