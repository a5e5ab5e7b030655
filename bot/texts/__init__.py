"""Every word that the bot says itself, in Vietnamese and English.

The words are in `vi.yaml` and `en.yaml`; `texts` gives them types, `answers` puts an Answer into
words, `directives` and `reloads` what is known of a directive and what a reload did. Pure.
"""
