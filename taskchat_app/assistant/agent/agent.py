"""Builds the agent of a turn: tools, model and run configuration."""

from functools import cache

from agents import Agent, ModelSettings, RunConfig, Tool

from taskchat_app.assistant.agent.instructions import instructions
from taskchat_app.assistant.agent.turn_model import TurnModel
from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.core.events import progress_event
from taskchat_app.assistant.gemini.client import GeminiModel
from taskchat_app.assistant.offline.model import OfflineModel
from taskchat_app.assistant.tools.task_tools import TOOLS
from taskchat_app.config import settings
from taskchat_app.domain.storage.database import now
from taskchat_app.i18n.messages import gettext

ROUNDS_MAX = 12
"""Replies of the model in one turn: enough to chain many tools, an end to one that calls the same tool for ever."""

MODEL_SHARE = 0.9
"""Share of the turn's time limit for one model call, so that the model's timeout is reported and not the turn's."""

AGAIN = gettext("{model} did not answer. Asking again")


@cache
def shared_gemini() -> GeminiModel:
    """Return the process's one client of Gemini's endpoint."""
    chosen = settings()
    return GeminiModel(
        api_key=chosen.gemini_api_key or "",
        base_url=chosen.gemini_base_url,
        model=chosen.gemini_model,
        timeout_seconds=chosen.turn_timeout_seconds * MODEL_SHARE,
        is_patient=not chosen.is_gemini,
    )


def is_offline() -> bool:
    """Return whether the built-in rules answer, because no key is set."""
    return settings().gemini_api_key is None


@cache
def _tools() -> list[Tool]:
    """Return the tools of all turns, made once: their schemas take some 7 ms."""
    return [tool.for_agent() for tool in TOOLS]


def warm_up() -> None:
    """Make what all turns share, so that the first answer does not wait a quarter of a second for it. Blocking."""
    _tools()
    if not is_offline():
        shared_gemini()


def agent_for(turn: TurnContext, explained: str, by_rules: bool) -> Agent[TurnContext]:
    """Return the agent of one turn: the same tools and instructions for all users, with the user's clock.

    `explained` tells Gemini what the message's references mean (reference_hints.explain_references). The built-in rules
    reply in its place if `by_rules`.
    """
    zone = turn.person.zone
    rules = OfflineModel(zone=zone, now=now(), language=turn.person.language, result_of=turn.workflow.result_of)
    again = AGAIN.with_values(model=settings().model_name)
    gemini = None if by_rules else shared_gemini().reporting(lambda: turn.send(progress_event(again)))
    return Agent(
        name="taskchat",
        instructions=instructions(now(), zone),
        tools=_tools(),
        model=TurnModel(turn, gemini, rules, explained),
        model_settings=ModelSettings(parallel_tool_calls=None, include_usage=True),
    )


def run_config() -> RunConfig:
    """Return the SDK's configuration of a run: no tracing, for it calls its vendor; wrong tool names are repairable."""
    return RunConfig(tracing_disabled=True, tool_not_found_behavior="return_error_to_model")
