"""Chooses the pane that a narrow window shows."""

from reflex.experimental.client_state import ClientStateVar

pane = ClientStateVar.create("pane", default="chat")
"""Which pane a phone shows; on a tablet "conversations" opens the drawer."""
