"""A Reflex plugin that edits the build's configuration: prerendered pages, root theme, watched folders, address.

A replacement does nothing if Reflex writes another text; tests/reflex_patches/test_reflex.py then fails.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import reflex as rx
from typing_extensions import Unpack

PRERENDER_ALL = '"prerender": true'
VITE_CONFIG = "vite.config.js"
IGNORED_FOLDER = "**/.web/"
FIRST_PLUGIN = "alwaysUseReactDomServerNode(),"
PAGE_HOST = "TASKCHAT_PAGE_HOST"
"""The variable with the address of development's page server."""
SERVER_HOST = f'{{ name: "host", apply: "serve", config: () => ({{ server: {{ host: process.env.{PAGE_HOST} }} }}) }},'
# The router gives each page that it prerenders 10 s, which a busy machine exceeds, and fails the build.
PRERENDER_MS = 120_000
PATIENCE = f"""{{ name: "patience", apply: "build", config: () => {{
      const {{ timeout }} = AbortSignal;
      AbortSignal.timeout = (ms) => timeout.call(AbortSignal, Math.max(ms, {PRERENDER_MS}));
    }} }},"""
POSTCSS_CONFIG = "postcss.config.js"
POSTCSS_IMPORT = '"postcss-import": {},'
ROOT_THEME = "postcss-root-theme.js"
ROOT_THEME_IMPORT = f'"./{ROOT_THEME}": {{}},'
ROOT_THEME_PLUGIN = r"""// ":root:where(:has(.radix-themes[data-is-root-theme=true]:where(.dark)))"
// becomes ":root:where(.dark)".
const SEARCH = /:root:where\(:has\(\.radix-themes\[data-is-root-theme=(["']?)true\1\]:where\(([^()]*)\)\)\)/g;
const plugin = () => ({
  postcssPlugin: "root-theme",
  Rule(rule) {
    if (rule.selector.includes(":root:where(:has(")) rule.selector = rule.selector.replace(SEARCH, ":root:where($2)");
  },
});
plugin.postcss = true;
export default plugin;
"""


class BuildFiles(rx.plugins.Plugin):
    """Edits the configuration of the page's build; `paths` are the pages to prerender."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._prerender = f'"prerender": {json.dumps(paths)}'

    def get_static_assets(self, **context: Any) -> Sequence[tuple[Path, str | bytes]]:
        return [(Path(ROOT_THEME), ROOT_THEME_PLUGIN)]

    def pre_compile(self, **context: Unpack[rx.plugins.PreCompileContext]) -> None:
        modify = context["add_modify_task"]
        # A browser evaluates Radix's `:has()` on the root again whenever an element is added or removed. The class that
        # Reflex sets on the root element names its theme, too.
        modify(POSTCSS_CONFIG, lambda config: _with_line(config, ROOT_THEME_IMPORT, after=POSTCSS_IMPORT))
        # Reflex prerenders no route with arguments, even optional ones; the router would then find another page at /
        # than it expects, and load everything a second time.
        modify("react-router.config.js", lambda config: config.replace(PRERENDER_ALL, self._prerender))
        # Vite must watch no `.web*` folder; Reflex excludes its default folder only.
        modify(VITE_CONFIG, lambda config: config.replace(IGNORED_FOLDER, "**/.web*/"))
        modify(VITE_CONFIG, lambda config: _with_line(config, PATIENCE, after=FIRST_PLUGIN))
        # Reflex starts development's page server with --host, which means all addresses. The option stands in
        # package.json, of which Reflex keeps a copy in reflex.lock; a plugin of Vite overrides it.
        modify(VITE_CONFIG, lambda config: _with_line(config, SERVER_HOST, after=FIRST_PLUGIN))


def _with_line(config: str, line: str, *, after: str) -> str:
    """Return the configuration with the line below another one, unless an earlier start has added it."""
    return config if line in config else config.replace(after, f"{after}\n    {line}", 1)
