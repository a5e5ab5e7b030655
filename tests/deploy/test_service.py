"""What `make service` writes: one bot, or several from one installation, each in its own place."""

import shutil
import subprocess
from pathlib import Path

import pytest

from bot.settings import Settings

ROOT = Path(__file__).parents[2]
VERIFY = shutil.which("systemd-analyze")


@pytest.fixture
def installed(tmp_path):
    """A checkout's deploy folder, and what runs its script with a name."""
    shutil.copytree(ROOT / "deploy", tmp_path / "chidan" / "deploy")
    launcher = tmp_path / "chidan" / ".venv" / "bin" / "chidan"
    launcher.parent.mkdir(parents=True)
    launcher.write_text("#!/bin/sh\n")
    launcher.chmod(0o755)

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [tmp_path / "chidan" / "deploy" / "install-service", *arguments],
            env={"PATH": "/usr/bin:/bin", "DESTDIR": str(tmp_path / "dest"), "HOME": "/home/lan"},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def units(tmp_path: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in (tmp_path / "dest").rglob("*.service")}


def test_two_offices_have_a_bot_each_beside_the_first(installed, tmp_path):
    for arguments in ([], ["quan-uy"], ["huyen-uy"]):
        assert installed(*arguments).returncode == 0

    root = tmp_path / "chidan"
    found = units(tmp_path)
    assert sorted(found) == ["chidan.service", "chidan@.service"]
    assert f"WorkingDirectory={root}/bots/%i" in found["chidan@.service"]
    assert f"ReadWritePaths={root}/bots/%i\n" in found["chidan@.service"]
    homes = {
        name: Settings(_env_file=root / "bots" / name / ".env") for name in ("quan-uy", "huyen-uy")
    }
    for name, settings in homes.items():
        assert settings.state_dir == root / "bots" / name / "var"
        assert settings.sources_dir == root / "bots" / name / "articles"
        assert (root / "bots" / name / ".env").stat().st_mode & 0o077 == 0


def test_what_was_filled_in_stays_when_the_service_is_installed_again(installed, tmp_path):
    installed("quan-uy")
    env = tmp_path / "chidan" / "bots" / "quan-uy" / ".env"
    env.write_text("TELEGRAM_BOT_TOKEN=1:a\n")

    installed("quan-uy")

    assert env.read_text() == "TELEGRAM_BOT_TOKEN=1:a\n"


@pytest.mark.parametrize("name", ["../x", "Quận", "a b", "-a"])
def test_a_name_that_is_none_is_refused(installed, tmp_path, name):
    done = installed(name)

    assert (done.returncode, units(tmp_path)) == (2, {})


@pytest.mark.skipif(VERIFY is None, reason="systemd-analyze is not installed")
def test_systemd_finds_nothing_wrong(installed, tmp_path):
    installed()
    installed("quan-uy")
    for path in (tmp_path / "dest").rglob("*.service"):
        named = path.with_name(path.name.replace("@.", "@quan-uy."))
        path.rename(named)
        done = subprocess.run(
            [VERIFY or "", "verify", named], capture_output=True, text=True, check=False
        )
        assert [line for line in done.stderr.splitlines() if named.name in line] == []
