"""The statements in the source say what they are about: which rows, which of the deleted ones, which run of a turn.

Most tests have one row of a kind, and delete no task. What is sent is looked at as well, see tests.user_conditions.
"""

import ast
import re
from collections.abc import Iterator
from typing import Any

from taskchat_app.domain.storage import models
from tests.test_architecture import MODULES

OF_MANY = """
    deletion_proposals.drop devices.add_subscription leases.request_stop sign_in.end_other_access scheduler.ring
    store.remove_items_after text_erasure.erase_texts webhooks.skip_history
"""
"""Functions that change or delete all rows with a value, or all of the user."""
WITH_REVOKED = "access_tokens.revoke_token access_tokens.user_of_token accounts.create_login"
WITH_DELETED = """
    account_bytes.COUNT_BYTES conversations_import.MARK_READ token_revocation.STOP_TURNS turn_storage.END_TURN
    turn_storage.LOCK_LEASE wall_clock._DAYS wall_clock._MOVE_DAYS wall_clock._MOVE_REMINDERS wall_clock._REMINDERS
"""
"""SQL of deleted tasks and conversations as well."""
OF_ALL_RUNS = """
    activity.list_activity deletion_proposals._was_asked_for import_undo._other_changes import_undo.is_logged
    last_action.last_action undo.undo_large_turn undo.undo_task_of_turn
"""
"""Functions that read the changes of any run of a turn, or of an import, which runs once."""
OF_TURN = re.compile(r"\bChange\.turn_id\)? ==|\bturn_id = turns\.id\b")
OF_RUN = re.compile(r"\bChange\.id\)? >=|\bid >= turns\.first_change_id")
TABLES: dict[str, Any] = {name: kind.__table__ for name, kind in vars(models).items() if hasattr(kind, "__table__")}
DELETABLE = re.compile(r"\b(?:FROM|JOIN|UPDATE) (?:tasks|threads)\b")
OF_DELETED = re.compile(r"\bdeleted_at (?:IS|[<>=])")


def functions() -> Iterator[tuple[str, ast.AST]]:
    """Yield the functions and constants of all modules, as module.name."""
    for module in MODULES:
        source = module.read_text()
        if re.search(r"\b(?:update|delete)\(|\b(?:FROM|JOIN) \w|\bChange\.turn_id", source):
            for node in ast.parse(source).body:
                parts = node.body if isinstance(node, ast.ClassDef) else [node]
                yield from ((f"{module.stem}.{name_of(part)}", part) for part in parts)


def name_of(node: ast.AST) -> str:
    return ast.unparse(node.targets[0]) if isinstance(node, ast.Assign) else getattr(node, "name", "")


def changes_in(function: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield the model of each update(…) and delete(…), and the text of its statement with that of its variables."""
    values: dict[str, str] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            names = [part.id for target in node.targets for part in ast.walk(target) if isinstance(part, ast.Name)]
            values |= {name: f"{values.get(name, '')} {ast.unparse(node.value)}" for name in names}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign | ast.Expr | ast.Return) and (text := ast.unparse(node)):
            used = " ".join(values.get(name, "") for name in re.findall(r"\w+", text))
            used += " ".join(values.get(name, "") for name in re.findall(r"\w+", used))
            for model in re.findall(r"\b(?:update|delete)\((?:\w+\.)?(\w+?)(?:Row)?\)", text):
                yield model, f"{text} {used}"


def test_a_change_of_rows_says_which():
    wrong: list[str] = []
    for place, function in functions():
        for model, text in changes_in(function):
            columns = list(TABLES[model].columns) if model in TABLES else []
            for column in columns:
                key, except_in = column.name, WITH_REVOKED if column.name == "revoked_at" else OF_MANY
                if key != "revoked_at" and (key == "user_id" or not column.primary_key):
                    continue
                is_given = re.search(rf"\.{key}\)?(?: ==|\.(?:in|is)_\(|,)|_is_content_of\(", text)
                if not is_given and place not in except_in.split():
                    wrong.append(f"{place}: the change of {model} lacks {key}")
    assert not wrong, "\n".join(wrong)


def test_sql_that_reads_tasks_says_which_of_the_deleted_ones():
    wrong = [
        f"{place} lacks a condition on deleted_at: {text[:400]}"
        for place, function in functions()
        for text in {ast.unparse(part) for part in ast.walk(function) if isinstance(part, ast.JoinedStr | ast.Constant)}
        if len(DELETABLE.findall(text)) > len(OF_DELETED.findall(text)) and place not in WITH_DELETED.split()
    ]
    assert not wrong, "\n".join(wrong)


def test_what_reads_the_changes_of_a_turn_says_of_which_run():
    """A turn that is tried again keeps its id: its changes are those from its `first_change_id` on."""
    texts = ((place, ast.unparse(function)) for place, function in functions())
    found = {place for place, text in texts if len(OF_TURN.findall(text)) > len(OF_RUN.findall(text))}
    lacking = found - {*OF_ALL_RUNS.split()}
    assert not lacking, f"{lacking} lack a condition from which change on"
