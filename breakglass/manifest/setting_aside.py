"""What a manifest cannot set aside, and what it sets aside twice."""

from collections.abc import Iterator, Sequence

from breakglass.manifest.engines import Rule
from breakglass.manifest.sheet import Sheet
from breakglass.manifest.tree import Problem, Text, select, shown


def _never(sheet: Sheet) -> Iterator[Problem]:
    for text in sheet.texts("suppressions[].code"):
        if text.text == "NOT_PROVED":
            yield text.problem("NOT_PROVED is never set aside: what could not be seen may be anything")
        elif text.text.startswith("SUPPRESSION_"):
            yield text.problem(f"{text.text} is about suppressions: mend or take out the one it tells of")


def _twice(sheet: Sheet) -> Iterator[Problem]:
    first: dict[tuple[str, str], Text] = {}
    for each in select(sheet.root, "suppressions[]"):
        for code in sheet.texts_below(each, "code"):
            for subject in sheet.texts_below(each, "subject"):
                earlier = first.setdefault((code.text, subject.text), subject)
                if earlier is not subject:
                    told = f"{code.text} of {shown(subject.text)} is set aside twice: first on line {earlier.line}"
                    yield subject.problem(told)


RULES: Sequence[Rule] = (_never, _twice)
