"""Files attached to messages: types by content, safe copies, signed addresses; never the messages themselves."""
