"""Section of the settings page: export and import of everything."""

# pyright: reportUnknownMemberType=false
# Reflex types its components with Var[Unknown].

import reflex as rx
from reflex_base.components.component import field

from taskchat_app.ui.core.components import PAGE, DownloadButton, PageComponent
from taskchat_app.ui.i18n import words
from taskchat_app.ui.settings.state import SettingsState


class ImportForm(PageComponent):
    """Choose a file, see what comes and what cannot, import it, and undo that."""

    library = f"{PAGE}settings/data_transfer.js"
    zone: rx.Var[str] = field(doc="The user's time zone")


def data_settings() -> rx.Component:
    return rx.fragment(
        rx.el.p(SettingsState.share, class_name="field-hint"),
        rx.el.p(words.EXPORT_HINT, class_name="field-hint"),
        rx.el.div(
            _download(words.EXPORT_ALL, "/api/export", "taskchat-{day}.json"),
            _download(words.EXPORT_CSV, "/api/tasks.csv?status=all", "tasks-{day}.csv"),
            class_name="settings-line",
        ),
        rx.el.p(words.IMPORT_HINT, class_name="field-hint"),
        ImportForm.create(zone=SettingsState.timezone, class_name="settings-form", aria_label=words.IMPORT["import"]),
    )


def _download(name: str, path: str, file: str) -> rx.Component:
    return DownloadButton.create(name, path=path, file=file, class_name="button outline")
