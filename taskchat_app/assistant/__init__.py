"""The conversation: turns, tools and models; knows the domain, not the wire it is asked over."""
