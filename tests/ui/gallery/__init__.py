"""Pictures of every page and state: `make screenshots` takes them, to be looked at before a page is called done."""
