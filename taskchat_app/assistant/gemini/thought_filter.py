"""Leaves thoughts out of the text of an answer: those within tags, and those that Gemini marks."""

GEMINI_END = "</thought>"
END_TAGS = {"<thought>": GEMINI_END, "<think>": "</think>"}
"""Around a thought at the beginning of an answer: Gemini's, and that of many models that run locally."""


class ThoughtFilter:
    """The text of one answer. What may be the beginning of a tag waits for the next piece."""

    def __init__(self) -> None:
        self._held = ""
        self._end_tag = ""
        """Ends the thought within tags that the next piece begins in; empty outside of one."""
        self._is_after_marked = False
        """True if the piece before was marked as a thought."""
        self._is_after_tags = False
        """True if there was a thought within tags."""
        self._has_text = False
        """True once the answer has text that is not white space."""

    def visible_part(self, piece: str, *, is_marked: bool) -> str:
        """Return what of the next piece, and of what was held before it, is no thought."""
        if is_marked:
            self._is_after_marked, self._end_tag = True, ""
            return ""
        text, self._held = self._held + piece, ""
        text = self._behind_end_tag(text) if self._end_tag else self._without_thought(text)
        self._has_text = self._has_text or bool(text.strip())
        return text

    def rest(self) -> str:
        """Return, at the end of the answer, what was held outside of a thought."""
        text, self._held = "" if self._end_tag else self._held, ""
        return text

    def _without_thought(self, text: str) -> str:
        """Return the text without a tag at its beginning, and the thought that this begins."""
        tags = [] if self._has_text else [*END_TAGS]  # a thought within tags comes before all text
        if self._is_after_marked:  # the first text that is not marked may begin with the end tag
            tags = [GEMINI_END]
        start = text.lstrip()
        if start and any(tag != start and tag.startswith(start) for tag in tags):  # a part of a tag, such as "<thi"
            self._held = text
            return ""
        self._is_after_marked = False
        tag = next((tag for tag in tags if start.startswith(tag)), "")
        if tag == GEMINI_END:
            return start.removeprefix(tag).lstrip("\n")
        if tag:
            self._end_tag, self._is_after_tags = END_TAGS[tag], True
            return self._behind_end_tag(start.removeprefix(tag))
        return text.lstrip("\n") if self._is_after_tags and not self._has_text else text

    def _behind_end_tag(self, text: str) -> str:
        """Return what follows the end of a thought within tags; "" while the thought goes on."""
        _, end, rest = text.partition(self._end_tag)
        if not end:
            self._held = text[-len(self._end_tag) :]
            return ""
        self._end_tag = ""
        return rest.lstrip("\n")
