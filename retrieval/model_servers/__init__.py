"""OpenAI-compatible servers over httpx: addresses, requests, streams, faults.

Comes in: messages. Goes out: text as it streams, token counts, or EndpointError within a time and
byte limit. `chat_model` is the LangChain `BaseChatModel` over it.
"""
