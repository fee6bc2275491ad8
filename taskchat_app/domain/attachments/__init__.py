"""Files attached to messages: types by content, metadata removed, signed addresses; never the messages themselves."""
