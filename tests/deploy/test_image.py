"""The image and what runs it agree: files that are copied exist, settings and volumes fit."""

import re
from pathlib import Path

import yaml

from bot.settings import Settings

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
BOT = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))["services"][
    "bot"
]


def test_what_the_image_copies_is_there_and_sent_along():
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    names = {name for line in copied for name in line.split()}
    left_out = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()

    assert names >= {"bot", "retrieval", "prompts", "data", "requirements.txt"}
    assert all((ROOT / name).exists() for name in names)
    assert names.isdisjoint(left_out)
    assert {".env", "var"} <= set(left_out)


def test_compose_mounts_what_the_image_keeps_and_sets_what_there_is():
    volumes = set(re.findall(r'"(/[^"]+)"', re.search(r"^VOLUME (.+)$", DOCKERFILE, re.M).group(1)))
    mounted = {volume.split(":")[1] for volume in BOT["volumes"]}

    assert mounted == volumes == set(BOT["environment"].values())
    assert {name.lower() for name in BOT["environment"]} <= set(Settings.model_fields)
