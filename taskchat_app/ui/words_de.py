"""The sentences of `words.py` in German."""

SEND = "Senden"
EMAIL = "E-Mail"
CONVERSATION = "Unterhaltung"
