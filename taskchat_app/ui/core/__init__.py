"""Shared by all states and components: session, shared components, undo. Never one feature's state."""
