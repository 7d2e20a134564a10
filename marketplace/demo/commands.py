"""`flask demo`: a year of invented firms, for a database that was made as a demo."""

import click
from flask import current_app
from flask.cli import AppGroup
from tqdm import tqdm

from marketplace.accounts.commands import demo_code
from marketplace.core.errors import Refused
from marketplace.core.money import Money
from marketplace.demo.totals import totals
from marketplace.demo.year import REAL_FIRMS, REAL_SUPPLIERS, live_a_year

cli = AppGroup("demo", help="Invented firms and people, in a demo database only.")
cli.add_command(demo_code, "code")


@cli.command("year")
@click.option("--smes", default=REAL_FIRMS // 10, show_default=True, help="Firms that are supported.")
@click.option("--suppliers", default=REAL_SUPPLIERS // 10, show_default=True, help="Firms that ask for designation.")
@click.option("--seed", default=2020, show_default=True, help="The same seed gives the same year.")
@click.option("--full", is_flag=True, help="The size of the real year: 2,040 firms and 765 suppliers.")
def year(smes: int, suppliers: int, seed: int, full: bool) -> None:
    """Live through the 2020 programme, from January to 20 November, with a progress bar."""
    if full:
        smes, suppliers = REAL_FIRMS, REAL_SUPPLIERS
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    with tqdm(total=1000, bar_format="demo year {l_bar}{bar}| {elapsed}<{remaining}", leave=True) as bar:

        def tick(share: float) -> None:
            bar.update(max(0, int(share * 1000) - bar.n))

        try:
            world = live_a_year(app, smes=smes, suppliers=suppliers, seed=seed, tick=tick)
        except Refused as refusal:
            raise click.ClickException(str(refusal)) from refusal
    same = True
    for label, counted, in_ledger in totals(world):
        same = same and counted == in_ledger
        verdict = "=" if counted == in_ledger else "IS NOT"
        click.echo(f"{label:<52}{Money(counted).text('en'):>20}  {verdict}  ledger {Money(in_ledger).text('en')}")
    click.echo(f"{sum(world.counted[each] for each in world.counted if not each.startswith('won')):,} steps")
    if not same:
        raise click.ClickException("the year's own count and the ledger disagree")
