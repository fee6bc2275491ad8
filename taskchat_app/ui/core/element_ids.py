"""What several packages refer to: ids of page elements, the prefix of links to tasks, the pane of a narrow window."""

from reflex.experimental.client_state import ClientStateVar

SEARCH_FIELD = "search-tasks"
COMPOSER = "message"
ADD_FIELD = "add-task"
MENU_BUTTON = "show-conversations"
PALETTE_BUTTON = "open-palette"
SIGN_OUT = "sign-out"
SETTINGS_SECTION = "settings-"
"""Followed by the name of a section of the settings."""
TASK_ADDRESS = "#task-"
"""Followed by the task's number. `assets/page/core/markdown_elements.js` makes such links of task numbers in texts."""


pane = ClientStateVar.create("pane", default="chat")
"""Which pane a phone shows; on a tablet "conversations" opens the drawer."""
