"""What only the machine's command line may do: invite the first administrators, and show codes of a demo."""

from datetime import UTC, datetime

import click
import pyotp
from flask import current_app
from flask.cli import AppGroup

from marketplace.accounts import operations, queries
from marketplace.accounts.rules import normal_email
from marketplace.core.db import is_demo, transaction
from marketplace.core.errors import Refused

cli = AppGroup("accounts", help="People: the first administrators, mails that did not leave.")


@cli.command("invite-admin")
@click.argument("email")
@click.argument("name")
def invite_admin(email: str, name: str) -> None:
    """Make one of the first two administrators and print the link, good once, that sets their password.

    Two are needed, since every role is asked for by one and confirmed by another.
    """
    try:
        with transaction():
            nonce = operations.invite_administrator(normal_email(email), name)
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(current_app.config["MARKETPLACE"].public_url + queries.link_path("welcome", nonce))


@click.command("code")
@click.argument("email")
def demo_code(email: str) -> None:
    """Print the code that the authenticator of EMAIL shows now. In demo databases only."""
    if not is_demo():
        raise click.ClickException("This is not a demo database.")
    person = queries.find_person_by_email(normal_email(email))
    if person is None or person.totp_secret is None:
        raise click.ClickException(f"{email}: nobody with a second factor")
    click.echo(pyotp.TOTP(person.totp_secret).at(datetime.now(UTC)))
