"""Renders Markdown without raw HTML or external images."""

import reflex as rx
from reflex_base.components.component import field
from reflex_base.utils.imports import ImportVar
from reflex_base.vars.base import Var, VarData

from taskchat_app.ui.core.components import PAGE, PageComponent
from taskchat_app.ui.core.elements import copy_icons

MARKDOWN_SCRIPT = f"{PAGE}core/markdown_elements.js"
PLAIN = ("h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "code")
"""Elements rendered as plain HTML, without Radix' styles."""


class SafeLink(PageComponent):
    library = MARKDOWN_SCRIPT


class ImageLink(PageComponent):
    library = MARKDOWN_SCRIPT


class CheckboxCharacter(PageComponent):
    library = MARKDOWN_SCRIPT


class CodeBlock(PageComponent):
    """A block of code with a button that copies it; its children are the button's two icons.

    It reads its sentences in JavaScript: sentences from Python are React hooks, which a list must not contain.
    """

    library = MARKDOWN_SCRIPT
    text: rx.Var[str] = field(doc="The code")


def markdown(text: rx.Var[str] | str) -> rx.Component:
    """Return the rendered text; `taskNumbers` is a remark plugin that links the numbers of the user's tasks."""
    numbers = VarData(imports={MARKDOWN_SCRIPT: [ImportVar("taskNumbers")]})
    return rx.markdown(
        text,
        use_math=False,
        use_katex=False,
        use_raw=False,
        use_unwrap_images=False,
        remark_plugins=[Var("taskNumbers", _var_data=numbers)],
        component_map={
            **{name: getattr(rx.el, name) for name in PLAIN},
            "a": SafeLink.create,
            "img": lambda _: ImageLink.create(),
            "input": lambda _: CheckboxCharacter.create(),
            "table": lambda value: rx.el.div(rx.el.table(value), class_name="table-frame", tab_index=0),
            "pre": lambda value, **_: CodeBlock.create(*copy_icons(), text=value),
        },
        class_name="markdown",
    )
