"""Stacks as values, and what is done with them.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
"""

from dataclasses import dataclass, replace
from datetime import datetime

from breakglass.sandbox.cloudformation.build import Build, Built, Happened, Made
from breakglass.sandbox.cloudformation.hands import Hands
from breakglass.sandbox.cloudformation.place import Place
from breakglass.sandbox.cloudformation.template import Template
from breakglass.sandbox.sessions import Session

COMPLETE = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"})
"""What a stack can be updated from."""


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to a stack, or to a resource of it."""

    time: datetime
    happened: Happened


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack: `made` is what belongs to it."""

    place: Place
    template: Template
    created: datetime
    status: str
    reason: str = ""
    made: tuple[Made, ...] = ()
    events: tuple[Event, ...] = ()
    protected: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether it has its template."""
        return self.status in ("CREATE_COMPLETE", "UPDATE_COMPLETE")


def create(hands: Hands, session: Session, place: Place, template: Template) -> Stack:
    """Make a stack as somebody; where anything fails, what was made is removed again."""
    now = hands.witness.clock.now()
    built = Build(hands, session, place).run(template)
    status = _status(built, "CREATE_COMPLETE", "ROLLBACK")
    return _after(Stack(place, template, now, status), built, now)


def update(hands: Hands, session: Session, stack: Stack, template: Template) -> Stack:
    """Bring a stack to another template as somebody; where anything fails, it stays at the one before."""
    now = hands.witness.clock.now()
    built = Build(hands, session, stack.place, stack.made).run(template)
    status = _status(built, "UPDATE_COMPLETE", "UPDATE_ROLLBACK")
    known = stack.template if built.failed else template
    return _after(replace(stack, template=known, status=status), built, now)


def delete(hands: Hands, session: Session, stack: Stack) -> Stack | None:
    """Delete a stack as somebody, with all in it that is not kept; return what is left, None where nothing is."""
    now = hands.witness.clock.now()
    built = Build(hands, session, stack.place, stack.made).delete(stack.made)
    return _after(replace(stack, status="DELETE_FAILED"), built, now) if built.failed else None


def _status(built: Built, done: str, rollback: str) -> str:
    if built.failed is None:
        return done
    return f"{rollback}_{'FAILED' if built.left else 'COMPLETE'}"


def _after(stack: Stack, built: Built, now: datetime) -> Stack:
    reason = ""
    if built.failed is not None:
        reason = f"The following resource(s) failed: [{built.failed.declared.logical_id}]. {built.left}".rstrip()
    events = tuple(Event(now, each) for each in built.happened)
    return replace(stack, made=built.made, reason=reason, events=(*stack.events, *events))
