"""`flask ledger verify`."""

import sys

import click
from flask.cli import AppGroup

from marketplace.core.db import transaction
from marketplace.ledger import operations

cli = AppGroup("ledger", help="The books.")


@cli.command("verify")
def verify_command() -> None:
    """Add everything up anew; 1 and the accounts' names where something differs."""
    with transaction():
        check = operations.verify()
    if check.ok:
        click.echo(f"ledger: {check.transfers} transfers, no difference")
        return
    click.echo(check.report, err=True)
    click.echo(f"ledger: {check.transfers} transfers, {len(check.differences)} differences. Payouts stop.", err=True)
    sys.exit(1)


@cli.command("summarise")
def summarise_command() -> None:
    """Bring running sums up to date now."""
    with transaction():
        click.echo(operations.summarise())
