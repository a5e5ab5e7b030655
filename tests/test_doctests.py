"""Every example of a docstring does what it says."""

import doctest
import importlib
import pkgutil

import pytest

import bot
import prompts
import retrieval

MODULES = [
    name
    for package in (bot, retrieval, prompts)
    for _, name, _ in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if not name.endswith("__main__")
]


def test_every_module_is_looked_at():
    assert {"retrieval.text.numbers", "bot.texts.texts", "bot.telegram.messages"} <= set(MODULES)


@pytest.mark.parametrize("name", [*MODULES, "prompts"])
def test_examples_hold(name):
    failed, _ = doctest.testmod(importlib.import_module(name), raise_on_error=False)

    assert failed == 0
