"""Takes the thoughts out of the text of a streamed answer."""

_GEMINI_END = "</thought>"
_END_TAGS = {"<thought>": _GEMINI_END, "<think>": "</think>"}
"""Around a thought at the beginning of an answer: Gemini's, and that of many models that run locally."""


class ThoughtFilter:
    """The text of one answer without thoughts: those within tags, and those that Gemini marks.

    What may be the beginning of a tag waits for the next piece.
    """

    def __init__(self) -> None:
        self._held = ""
        self._tags = [*_END_TAGS]
        """With which of these tags the next text may begin: a thought within tags comes before all text."""
        self._end_tag = ""
        """Ends the thought within tags that the next piece begins in; empty outside of one."""
        self._is_after_tags = False
        """True if there was a thought within tags."""
        self._has_text = False
        """True once the answer has text that is not white space."""

    def visible_part(self, piece: str, *, is_marked: bool) -> str:
        """Return what of the next piece, and of what was held before it, is no thought."""
        if is_marked:  # the first text that is not marked may begin with the end tag
            self._tags = [_GEMINI_END]
            self._end_tag = ""
            return ""
        text = self._held + piece
        self._held = ""
        text = self._after_end_tag(text) if self._end_tag else self._without_thought(text)
        self._has_text = self._has_text or bool(text.strip())
        # What is held is read again with the same tags. Otherwise a further thought may come until there is text.
        if not self._held:
            self._tags = [] if self._has_text else [*_END_TAGS]
        return text

    def rest(self) -> str:
        """Return, at the end of the answer, what was held outside of a thought."""
        held = self._held
        self._held = ""
        return "" if self._end_tag else held

    def _without_thought(self, text: str) -> str:
        """Return the text without a tag at its beginning, and the thought that this begins."""
        start = text.lstrip()
        for tag in self._tags:
            if start and start != tag and tag.startswith(start):  # a part of it, such as "<thi"
                self._held = text
                return ""
            if start.startswith(tag) and tag == _GEMINI_END:
                return start.removeprefix(tag).lstrip("\n")
            if start.startswith(tag):
                self._is_after_tags = True
                self._end_tag = _END_TAGS[tag]
                return self._after_end_tag(start.removeprefix(tag))
        return text.lstrip("\n") if self._is_after_tags and not self._has_text else text

    def _after_end_tag(self, text: str) -> str:
        """Return what follows the end of a thought within tags; "" while the thought goes on."""
        _, end, rest = text.partition(self._end_tag)
        if not end:
            self._held = text[-len(self._end_tag) :]  # it may end with a part of the tag, such as "</thi"
            return ""
        self._end_tag = ""
        return rest.lstrip("\n")
