"""The documentation names every setting, command and dependency there is."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bot.cli.main import cli
from bot.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SETTINGS = sorted(name.upper() for name in Settings.model_fields)


def commands(group: click.Group, path: str = "chidan") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        yield f"{path} {name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")


def dependencies() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    lines = project["dependencies"] + [line for extra in extras for line in extra]
    return [re.match(r"[\w.-]+", line).group() for line in lines]  # type: ignore[union-attr]


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_in_the_readme_and_the_example(name):
    assert f"`{name}`" in README
    assert re.search(rf"^{name}=", (ROOT / ".env.example").read_text(), re.MULTILINE)


def test_the_example_names_no_setting_that_is_gone():
    example = (ROOT / ".env.example").read_text(encoding="utf-8")

    assert sorted(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE)) == SETTINGS


@pytest.mark.parametrize(("path", "command"), list(commands(cli)))
def test_every_command_and_option_is_in_the_readme(path, command):
    assert f"`{path}" in README
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert any(option in README for option in parameter.opts), parameter.opts


@pytest.mark.parametrize("name", dependencies())
def test_every_dependency_has_its_reason(name):
    assert re.search(
        rf"^\| `{re.escape(name)}[`\[]", (ROOT / "docs/dependencies.md").read_text(), re.M
    )


def test_the_first_commands_stand_near_the_top():
    top = README.splitlines()[:25]

    assert any("git clone" in line for line in top)
    assert any("make run" in line for line in top)


@pytest.mark.parametrize("page", ["docs/architecture.md", "docs/langchain.md", "README.md"])
def test_every_path_that_is_named_exists(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    named = set(
        re.findall(r"`((?:bot|retrieval|prompts|tests|data|docs)/[\w./-]+)`", text)
        + re.findall(r"\]\(([\w./-]+)\)", text)
    )

    assert named
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_the_map_of_the_house_is_short_and_names_every_package():
    section = README.partition("## Where things are")[2].split("```")[1]

    assert len(section.strip().splitlines()) <= 25
    for root in ("bot", "retrieval"):
        for package in (ROOT / root).glob("*/__init__.py"):
            assert f"{package.parent.name}/" in section
