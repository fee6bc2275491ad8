"""Pictures of every page and state, taken by `make screenshots`, for review before a page is finished."""
