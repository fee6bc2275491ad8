"""The conversation: turns, tools and models; knows the domain, not the wire it is asked over."""

from taskchat_app.runtime.deferred_packages import defer

defer("mcp")  # The Agents SDK needs one of its exceptions. Client and server are a tenth of all imports.
