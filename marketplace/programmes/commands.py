"""`flask programmes`: the shipped rulesets."""

from pathlib import Path
from typing import Any

import click
import yaml
from flask.cli import AppGroup

from marketplace.core.db import transaction
from marketplace.core.errors import Refused
from marketplace.core.viewer import SYSTEM
from marketplace.programmes import operations

cli = AppGroup("programmes", help="Rulesets of programme years.")
SHIPPED = Path(__file__).resolve().parent / "rulesets"


class _StrictLoader(yaml.SafeLoader):
    """YAML that refuses a key given twice, since the second would silently win."""


def _mapping(loader: _StrictLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [loader.construct_object(key) for key, _value in node.value]
    twice = {key for key in keys if keys.count(key) > 1}
    if twice:
        raise yaml.YAMLError(f"given twice: {', '.join(map(str, twice))} (line {node.start_mark.line + 1})")
    return {loader.construct_object(key): loader.construct_object(value, deep=True) for key, value in node.value}


_StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_ruleset(path: Path) -> dict[str, Any]:
    """The document of a ruleset file; one that `extends` another in its folder says only what differs, and is kept whole.
    Raises yaml.YAMLError, OSError."""
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=_StrictLoader)  # noqa: S506 - a SafeLoader that is stricter
    if not isinstance(document, dict):
        return {}
    base = document.pop("extends", None)
    return document if base is None else _over(read_ruleset(path.parent / Path(str(base)).name), document)


def _over(base: dict[str, Any], says: dict[str, Any]) -> dict[str, Any]:
    """The earlier version with what the later one says: maps go into each other, everything else is put in its place."""
    both = {key: base[key] for key in base.keys() & says.keys()}
    merged = {
        key: _over(was, says[key]) if isinstance(was, dict) and isinstance(says[key], dict) else says[key]
        for key, was in both.items()
    }
    return base | says | merged


@cli.command("load")
@click.argument("files", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--publish", is_flag=True, help="Publish what was loaded.")
def load(files: tuple[Path, ...], publish: bool) -> None:
    """Load ruleset files (without FILES: those shipped with the program) as drafts; a file already loaded stays."""
    for path in files or tuple(sorted(SHIPPED.glob("*.yaml"))):
        try:
            with transaction():
                row = operations.load_ruleset(read_ruleset(path), by=SYSTEM)
                if publish and row.state == "draft":
                    operations.publish_ruleset(row.id, by=SYSTEM)
                click.echo(f"{row.code} v{row.version}: {row.state}")
        except (Refused, yaml.YAMLError) as refusal:
            raise click.ClickException(f"{path.name}: {refusal}") from refusal
