"""What gives a StackSet, and its instances, what they are to have.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStackSet.html
"""

from collections.abc import Collection

from breakglass.aws.stacks import causes, templates
from breakglass.aws.stacks.run import Run
from breakglass.aws.stacks.settings import Automatic, automatic, preferences, settings
from breakglass.errors import RejectedError
from breakglass.resources import Scope


def update_whole(run: Run) -> None:
    """Give the StackSet and all its instances the template and the settings, those of automatic deployment too."""
    desk, name = run.desk, run.delivery.name
    template = templates.sent(desk, run.delivery.template, name)
    run.follow(
        lambda: desk.stack_sets.update_stack_set(
            StackSetName=name,
            OperationPreferences=preferences(desk),
            CallAs=desk.call_as,
            **template,
            **settings(desk),
            **automatic(desk, run.delivery),
        )["OperationId"]
    )


def automate(run: Run, wanted: Automatic) -> None:
    """Let it deploy automatically, or no more; AWS does not take that together with a selection of accounts.

    The template stays, so that instances that are current remain as they are.
    """
    desk, name = run.desk, run.delivery.name
    run.follow(
        lambda: desk.stack_sets.update_stack_set(
            StackSetName=name,
            UsePreviousTemplate=True,
            OperationPreferences=preferences(desk),
            CallAs=desk.call_as,
            **settings(desk),
            **wanted,
        )["OperationId"]
    )


def update_some(run: Run) -> None:
    """Update the places asked for, which marks all others as outdated.

    Those of other regions follow by themselves. Raises RejectedError where none of those asked for has an instance.
    """
    desk, name, chosen = run.desk, run.delivery.name, run.chosen
    if not chosen:
        raise RejectedError(
            f"{name} is not up to date, and in none of the accounts that have it may it be touched",
            subject=name,
            advice="mend what is told of those accounts, then " + causes.AGAIN,
        )
    template = templates.sent(desk, run.delivery.template, name)
    (regions, accounts), *_ = run.groups(chosen).items()
    run.follow(
        lambda: desk.stack_sets.update_stack_set(
            StackSetName=name,
            Regions=list(regions),
            OperationPreferences=preferences(desk),
            CallAs=desk.call_as,
            **template,
            **settings(desk),
            **run.targets(accounts),
        )["OperationId"]
    )
    repeat(run, [each for each in chosen if each not in run.why])


def repeat(run: Run, places: Collection[Scope]) -> None:
    """Have instances that are not current updated; what is inoperable is left to people."""
    desk, name = run.desk, run.delivery.name
    run.in_groups(
        run.working(places),
        lambda regions, chosen: desk.stack_sets.update_stack_instances(
            StackSetName=name,
            Regions=list(regions),
            OperationPreferences=preferences(desk),
            CallAs=desk.call_as,
            **chosen,
        )["OperationId"],
    )
