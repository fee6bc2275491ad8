"""Files of messages: types by content, pictures without metadata, signed addresses. Never the messages themselves."""
