"""Rows of text under each other."""

from collections.abc import Iterator, Sequence


def aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Yield the rows with every cell but the last padded to its column."""
    widths = [max(map(len, column)) + 2 for column in zip(*rows, strict=True)][:-1]
    for row in rows:
        yield (*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1])
