// What another app or a bookmarklet has shared: in the address that /add leads to (taskchat_app/ui/shell/page_paths.py).

const taken = new Set();

/** Return the shared text of this name, "add" or "ask"; once, and "" without any. The list's address drops the parameter. */
export function takeShared(name) {
  if (taken.has(name)) return "";
  taken.add(name);
  return new URLSearchParams(location.search).get(name) ?? "";
}
