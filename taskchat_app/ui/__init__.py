"""The page: Reflex components, state, and every sentence shown in the browser. Never SQL or HTTP routes."""
