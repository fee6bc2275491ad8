"""The panel of one task: state and components. Never the list."""
