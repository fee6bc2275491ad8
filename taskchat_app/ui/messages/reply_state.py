"""State of the running answer, apart from the messages because it changes often."""

import reflex as rx

from taskchat_app.reflex_patches import chunked_text
from taskchat_app.reflex_patches.internal_methods import internal
from taskchat_app.ui.messages.answer_builder import AnswerBuilder
from taskchat_app.ui.messages.messages import Part


class ReplyState(rx.State):
    """The finished parts of the running answer, and its growing text in the four pieces of `chunked_text`."""

    parts: rx.Field[list[Part]] = rx.field(default_factory=list)
    newest: rx.Field[str] = rx.field("")
    newer: rx.Field[str] = rx.field("")
    older: rx.Field[str] = rx.field("")
    oldest: rx.Field[str] = rx.field("")

    @internal
    def show(self, answer: AnswerBuilder) -> None:
        """Show the present answer; sets only vars that change, because Reflex sends every var that is set."""
        if self.parts != answer.parts:
            self.parts = answer.parts
        before = self._pieces()
        text = chunked_text.join(before)
        if answer.tail.startswith(text):
            self._set_pieces(chunked_text.append(before, answer.tail[len(text) :]))
        else:
            self._set_pieces(chunked_text.append(chunked_text.EMPTY, answer.tail))

    @internal
    def clear(self) -> None:
        self.parts = []
        self._set_pieces(chunked_text.EMPTY)

    def _pieces(self) -> chunked_text.Pieces:
        return (self.newest, self.newer, self.older, self.oldest)

    def _set_pieces(self, pieces: chunked_text.Pieces) -> None:
        for name, piece in zip(("newest", "newer", "older", "oldest"), pieces, strict=True):
            if getattr(self, name) != piece:
                setattr(self, name, piece)
