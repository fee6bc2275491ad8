"""The parts of Reflex that taskchat changes or uses privately are as they were in REFLEX_VERSION.

A failure names the module of taskchat_app/reflex_patches to read again before Reflex is updated.
"""

import inspect
from dataclasses import fields
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

import reflex as rx
import reflex_base
from reflex.istate.manager.memory import StateManagerMemory
from reflex.utils import build, export, frontend_skeleton
from reflex.utils import exec as commands
from reflex.utils.prerequisites import get_and_validate_app
from reflex_base.compiler import templates
from reflex_base.constants import PackageJson
from reflex_base.utils import console, log

from taskchat_app.reflex_patches import (
    REFLEX_VERSION,
    build_files,
    connection_notice,
    exported_files,
    internal_methods,
    log_handler,
    page_server,
    tab_states,
)
from taskchat_app.ui.chat.open_conversation import OpenConversation
from taskchat_app.ui.chat.state import ChatState

TEMPLATES = Path(reflex_base.__file__).parent / ".templates" / "web"


def test_reflex_has_the_version_that_the_patches_were_written_for():
    found = version("reflex")
    assert found == REFLEX_VERSION, (
        f"Reflex is {found}, the patches were written for {REFLEX_VERSION}. Run the tests, read the notes of its"
        " changes for what each module of taskchat_app/reflex_patches names, then set REFLEX_VERSION"
    )


def test_a_marked_method_is_no_event_handler():
    marked = {name for name, value in vars(OpenConversation).items() if hasattr(value, internal_methods.MARK)}
    assert "reload" in marked
    handlers = ChatState.event_handlers.keys()
    assert not marked & handlers, f"Reflex ignores {internal_methods.MARK}: mend {internal_methods.__name__}"
    assert "stop" in handlers


def test_bundling_is_a_function_without_arguments_that_reflex_looks_up_when_it_runs():
    assert callable(build.build)
    assert not inspect.signature(build.build).parameters, "build.build takes arguments: mend reflex_patches/build_cache"


def test_an_archive_is_made_by_a_function_that_takes_what_to_leave_out():
    assert "backend_excluded_dirs" in inspect.signature(build.zip_app).parameters, f"mend {exported_files.__name__}"
    assert "build.zip_app(" in inspect.getsource(export), f"mend {exported_files.__name__}"


def test_the_page_server_is_a_function_without_arguments():
    original = getattr(commands, "_frontend_prod_app", None)
    assert original is not None, f"Reflex has no _frontend_prod_app: mend {page_server.__name__}"
    assert not inspect.signature(original).parameters


def test_reflex_writes_json_by_one_handler_and_one_function_for_what_it_prints():
    config = inspect.getsource(commands._granian_log_dictconfig)
    assert f"{log.__name__}.{log.JsonHandler.__name__}" in config, f"mend {log_handler.__name__}"
    assert "emit_json_print(msg, level=level" in inspect.getsource(console), f"mend {log_handler.__name__}"


def test_the_state_manager_can_forget_one_token():
    assert hasattr(StateManagerMemory, "_purge_token"), f"no _purge_token: mend {tab_states.__name__}"
    namespace = get_and_validate_app().app.event_namespace
    assert hasattr(namespace, "token_to_sid"), f"no token_to_sid: mend {tab_states.__name__}"


def test_reflex_registers_its_connection_notice_under_the_known_name():
    wraps = {field.name: field.default_factory for field in fields(rx.App)}["app_wraps"]
    assert connection_notice.NOTICE in cast(Any, wraps)(), f"mend {connection_notice.__name__}"


def test_the_build_configuration_has_the_texts_that_the_plugins_replace():
    router = inspect.getsource(frontend_skeleton)
    assert 'react_router_config["prerender"] = True' in router, f"mend {build_files.BuildFiles}"
    assert build_files.IGNORED_FOLDER in inspect.getsource(templates), f"mend {build_files.BuildFiles}"
    assert build_files.FIRST_PLUGIN in inspect.getsource(templates), f"mend {build_files.BuildFiles}"
    assert PackageJson.Commands.DEV == "react-router dev --host", f"mend {build_files.BuildFiles}"
    postcss = (TEMPLATES / build_files.POSTCSS_CONFIG).read_text()
    assert build_files.POSTCSS_IMPORT in postcss, f"mend {build_files.BuildFiles}"
