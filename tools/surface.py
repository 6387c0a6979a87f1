"""Prints what docs/stability.md freezes: commands, exit codes, settings, addresses, form fields.

    python -m tools.surface >tests/web/surface.txt

A test compares the two, so that none of it changes unnoticed.
"""

from __future__ import annotations

from collections.abc import Iterator

import click

from screener import create_app
from screener.cli import cli, exit_codes
from screener.config import Settings, settings_docs
from screener.content.loading.versions import supported
from screener.web.field_names import RESERVED_FIELDS, RESERVED_QUESTIONS


def surface() -> str:
    """One line for each command, option, exit code, setting, address and field."""
    parts = {
        "Commands and options": _commands(cli, "screener"),
        "Exit codes": _exit_codes(),
        "Settings and their defaults": (f"{s.variable}={s.default}" for s in settings_docs()),
        "Addresses, without the prefix of a country or of the touch screen": _addresses(),
        "Form fields": sorted(RESERVED_FIELDS),
        "Values of `go`, besides ids of questions": sorted(RESERVED_QUESTIONS),
        "Formats of the content file": supported(),
    }
    return "\n".join("\n".join([f"# {title}", *lines, ""]) for title, lines in parts.items())


def _commands(command: click.Command, name: str) -> Iterator[str]:
    options = sorted(_written(each) for each in command.params if isinstance(each, click.Option))
    arguments = (_written(each) for each in command.params if isinstance(each, click.Argument))
    yield " ".join([name, *options, *arguments])
    if isinstance(command, click.Group):
        for inner in sorted(command.commands):
            yield from _commands(command.commands[inner], f"{name} {inner}")


def _written(parameter: click.Parameter) -> str:
    """As in a usage line: brackets around what may be left out."""
    names = "|".join([*parameter.opts, *parameter.secondary_opts])
    if isinstance(parameter, click.Argument):
        names = parameter.make_metavar(click.Context(cli)).strip("[]")
    elif isinstance(parameter, click.Option) and not (parameter.is_flag or parameter.count):
        names += f" {parameter.type.name.upper()}"
    return names if parameter.required else f"[{names}]"


def _exit_codes() -> list[str]:
    codes = {name: code for name, code in vars(exit_codes).items() if name.isupper()}
    return [f"{code} {name}" for name, code in sorted(codes.items(), key=lambda each: each[1])]


def _addresses() -> list[str]:
    app = create_app(Settings())
    rules = list(app.url_map.iter_rules())
    (own,) = (rule.endpoint.removesuffix("home") for rule in rules if rule.rule == "/")
    rules = [rule for rule in rules if rule.endpoint.startswith(own) or "." not in rule.endpoint]
    return sorted(
        f"{rule.rule} {method}" for rule in rules for method in {"GET", "POST"} & set(rule.methods)
    )


if __name__ == "__main__":
    print(surface(), end="")
