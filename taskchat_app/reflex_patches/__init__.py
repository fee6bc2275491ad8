"""Every change to Reflex and every use of its private parts, each written for REFLEX_VERSION. Never a feature.

docs/decisions/0011-changes-to-reflex.md says why each is needed. tests/reflex_patches fails where Reflex has changed
what one of them relies on.
"""

REFLEX_VERSION = "0.10.1"
"""The version that all modules here were written for."""
