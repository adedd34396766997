"""A verification as JUnit XML, which build servers read: a test suite for each control, a test case for each finding.

It is valid against the schema for Ant and that of the xUnit plugin for Jenkins:
https://github.com/windyroad/JUnit-Schema/blob/master/JUnit.xsd
https://github.com/jenkinsci/xunit-plugin/tree/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from breakglass.estate.verification import Result, Verification
from breakglass.report.verification.outcomes import NOT_PROVED, Assessed, Outcome, assessed

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped: https://www.w3.org/TR/xml/#charsets"""


def junit(verification: Verification) -> str:
    """Return the verification as JUnit XML: a finding is a failure, what is not proved an error.

    What is set aside is skipped, with who answers for it. A control without findings is one test case: it passes where
    it is met, and is skipped where accounts it concludes from were not chosen.
    """
    suites = Element("testsuites")
    controls = {each.control.id: each for each in assessed(verification)}
    for each in controls.values():
        silent = [] if each.results else [_silent(each)]
        cases = [*map(_case, each.results), *silent]
        _suite(suites, each.control.id, cases, verification)
    others = dict.fromkeys(each.control for each in verification.results if each.control not in controls)
    for control in others:
        found = (each for each in verification.results if each.control == control)
        _suite(suites, control, [_case(each) for each in found], verification)
    indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(suites, encoding="unicode")}\n'


def _suite(suites: Element, name: str, cases: Sequence[Element], verification: Verification) -> None:
    attributes = {
        "name": _text(name),
        "package": f"breakglass.{_text(verification.manifest.name)}",
        "id": str(len(suites)),
        "timestamp": f"{verification.moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}",
        "hostname": "localhost",
        "time": "0",
        "tests": str(len(cases)),
        "failures": _number(cases, "failure"),
        "errors": _number(cases, "error"),
        "skipped": _number(cases, "skipped"),
    }
    suite = SubElement(suites, "testsuite", attributes)
    SubElement(suite, "properties")
    for case in cases:
        case.set("classname", f"breakglass.{_text(name)}")
        suite.append(case)
    SubElement(suite, "system-out")
    SubElement(suite, "system-err")


def _number(cases: Iterable[Element], tag: str) -> str:
    return str(sum(case.find(tag) is not None for case in cases))


def _case(result: Result) -> Element:
    finding, why = result.finding, result.suppression
    case = _named(f"{finding.code} {finding.subject}")
    if why is not None:
        SubElement(case, "skipped", message=_text(f"set aside by {why.owner} until {why.expires}: {why.reason}"))
        return case
    tag = "error" if finding.code == NOT_PROVED else "failure"
    told = SubElement(case, tag, type=_text(finding.code), message=_text(finding.detail))
    told.text = _text(f"{finding.severity.name}, account {result.account}: {finding.detail}\n{finding.advice}")
    return case


def _silent(assessed: Assessed) -> Element:
    """Return the test case of a control that found nothing, which does not yet mean that it is met."""
    case = _named(assessed.control.title)
    if assessed.outcome is Outcome.NOT_PROVED:
        SubElement(case, "error", type=NOT_PROVED, message="not everything that is looked at could be read")
    if assessed.outcome is Outcome.NOT_LOOKED_AT:
        SubElement(case, "skipped", message="what it needs lies in accounts that were not chosen")
    return case


def _named(name: str) -> Element:
    return Element("testcase", name=_text(name), time="0")


def _text(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
