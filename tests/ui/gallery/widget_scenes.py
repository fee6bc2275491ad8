"""States of the page /embed: with the stand-in for the widget, and without its script."""

from playwright.async_api import expect

from tests.ui.gallery.cast import Role
from tests.ui.gallery.states import state
from tests.ui.visitor import Visitor
from tests.widget import refuse_widget, serve_widget


@state(Role.NEWCOMER)
async def widget(visitor: Visitor) -> None:
    await serve_widget(visitor.page)
    await visitor.open("/embed")
    await expect(visitor.page.get_by_text("What needs doing?")).to_be_visible()


@state(Role.NEWCOMER)
async def widget_without_script(visitor: Visitor) -> None:
    await refuse_widget(visitor.page)
    await visitor.open("/embed")
    await expect(visitor.alert).to_be_visible()
