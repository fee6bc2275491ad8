"""The page: Reflex components, state, and every sentence a person reads in the browser."""
