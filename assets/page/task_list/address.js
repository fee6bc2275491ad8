// Keeps the filters of the list and the open task in the page's address, so that Back closes the open task.
// A history entry has a state: `opensTask` (whether the entry before it has the same list without the task), `layer` and
// `isLeft` (see ../shell/pane_history.js).
import { useEffect, useRef, useState } from "react";
import { useLocation, useNavigationType } from "react-router";
import { useListener } from "../core/listeners.js";
import { isSynced, requestSync, useSynced } from "../pending/pending_input.js";

/**
 * Writes what the page shows into the address, and has the server show an address that the user opens. Until the server has
 * processed that, `search` and `task` are still those of an older address, and are not written.
 */
export function ListAddress({ search, typed, task, ready, onFollow, onTask, onShow }) {
  const location = useLocation();
  const navigation = useNavigationType();
  const shown = { search, typed, task };
  const { current: memory } = useRef({
    written: null, // what was written last, as `shown`
    visited: null, // the query of an address that the user opened, until something is written
    request: 0, // the sync request after the newest visited address
    isLeaving: false, // whether the browser is going back from a closed task
    location,
  });
  const isReady = useSynced(memory.request) && ready;
  const [count, setCount] = useState(0);
  const writeAgain = () => setCount((former) => former + 1);
  useEffect(() => {
    if (isReady && !memory.isLeaving) write(shown, memory);
  }, [search, typed, task, isReady, count]);
  /** Have the server show the list and the task of the present address. */
  const follow = () => {
    const query = window.location.search;
    if (query === queryOf(shown) && isSynced(memory.request)) return;
    const visited = partsOf(query);
    onFollow(visited.search);
    onTask(visited.task);
    if (visited.task) onShow();
    Object.assign(memory, { visited: query, request: requestSync() });
    writeAgain(); // once the server has processed it
  };
  const entryChanged = () => { // by the user's Back or Forward, or by `write`
    const { written, visited, isLeaving: hasLeftTask } = memory;
    memory.isLeaving = false;
    const isShown = written && visited === null && window.location.search === queryOf(written);
    if (hasLeftTask || isShown) return writeAgain(); // what the page shows counts, not the address
    follow();
    if (!written) writeAgain(); // the page began in the entry of the conversations
  };
  useListener("popstate", entryChanged, { target: () => window });
  useEffect(() => {
    if (memory.location === location) return;
    memory.location = location;
    if (navigation === "POP") return; // by Back or Forward
    const isSameList = !window.location.search || window.location.search === search;
    // A link to another conversation, without another list: the list keeps its filters, and the task stays open.
    if (isSameList && window.location.search !== queryOf(shown)) replace(queryOf(shown));
    else follow();
  }, [location]);
  return null;
}

/**
 * Write what is `shown` into the address: into the present history entry, or into a new one, so that Back leads to what was
 * written before. From a task that was closed the browser goes back instead, to the entry with the list without the task.
 */
function write(shown, memory) {
  const { written: before, visited } = memory;
  const entry = window.history.state ?? {};
  const isOfConversations = !before && entry.layer; // they were opened before the page was ready
  if (isOfConversations || entry.isLeft) return; // `entryChanged` has the entry before this one written
  Object.assign(memory, { written: shown, visited: null });
  const query = queryOf(shown);
  if (window.location.search === query) {
    const isLoadedWithTask = !before && shown.task && !entry.opensTask;
    if (!isLoadedWithTask) return;
    replace(shown.search); // so that Back closes the task
    return push(query, { opensTask: true });
  }
  const isUserAddress = !before || visited === window.location.search; // of a page just loaded, or opened by the user since
  if (isUserAddress) return replace(query);
  const opensTask = !before.task && shown.task > 0;
  const isTaskClosed = before.task && !shown.task;
  const isTyping = before.typed && shown.typed && before.typed !== shown.typed;
  const isNextTask = before.task && shown.task && before.search === shown.search;
  if (isTaskClosed && entry.opensTask) {
    memory.isLeaving = true;
    window.history.back();
  } else if (entry.layer) replace(query, { opensTask, layer: undefined }); // the entry of the open conversations
  else if (isTaskClosed || isTyping || isNextTask) replace(query);
  else push(query, { opensTask });
}

/** Return the list and the open task of a query: { search: "?view=all", task: 7 } of "?view=all&task=7". */
function partsOf(query) {
  const parts = query.slice(1).split("&").filter(Boolean);
  const ofList = parts.filter((part) => !part.startsWith("task="));
  const numbers = parts.map((part) => /^task=(\d{1,9})$/.exec(part)?.[1]).filter(Boolean);
  return { search: ofList.length ? `?${ofList.join("&")}` : "", task: Number(numbers.at(-1) ?? 0) };
}

/** Return the query of a list with an open task. */
const queryOf = ({ search, task }) => {
  if (!task) return search;
  return search ? `${search}&task=${task}` : `?task=${task}`;
};

const replace = (query, state = {}) => put("replaceState", query, state);
const push = (query, state) => put("pushState", query, state);
const put = (how, query, state) =>
  window.history[how]({ ...window.history.state, ...state }, "", window.location.pathname + query + window.location.hash);
