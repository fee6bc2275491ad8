"""What every state and component builds on: session, shared components, undo. Never one feature's state."""
