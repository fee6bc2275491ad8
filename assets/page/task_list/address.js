// Keeps the filters of the list and the open task in the page's address, so that Back closes the open task.
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { useLocation, useNavigationType } from "react-router";
import { useListener } from "../core/listeners.js";
import { isSynced, requestSync, useSynced } from "../pending/pending_input.js";

const TASK = /^task=(\d{1,9})$/;
const partsOf = (query) => query.replace(/^\?/, "").split("&").filter(Boolean);

/** Return the number of the open task in a query: 7 in "?view=all&task=7"; 0 for none. */
const taskIn = (query) => Number(partsOf(query).map((part) => TASK.exec(part)?.[1]).findLast(Boolean) ?? 0);
/** Return a query without the open task: "?view=all" of "?view=all&task=7". */
const listIn = (query) => {
  const parts = partsOf(query).filter((part) => !part.startsWith("task="));
  return parts.length ? `?${parts.join("&")}` : "";
};
/** Return the query of a list with an open task; `task` is 0 for none. */
const queryOf = ({ search, task }) => {
  if (!task) return search;
  return search ? `${search}&task=${task}` : `?task=${task}`;
};

const put = (how, query, state) =>
  window.history[how]({ ...window.history.state, ...state }, "", window.location.pathname + query + window.location.hash);
// The state of a history entry: `opensTask` (whether the entry before it has the same list without the task), `layer` and
// `isLeft` (see ../shell/pane_history.js).
const replace = (query, state = {}) => put("replaceState", query, state);
const push = (query, opensTask) => put("pushState", query, { opensTask });

/**
 * Write `now`, what the page shows, into the address: into the present history entry, or into a new one, so that Back leads to
 * `before`. That was written last (null: nothing yet); both are { search, typed, task }. `wasVisited`: the user opened the present
 * address, by a link or by Back. Return whether the browser goes back instead, to the entry with the list without the task.
 */
function write(before, now, wasVisited) {
  const entry = window.history.state ?? {};
  const query = queryOf(now);
  if (window.location.search === query) {
    const isLoadedWithTask = !before && now.task && !entry.opensTask;
    if (isLoadedWithTask) {
      replace(now.search); // so that Back closes the task
      push(query, true);
    }
    return false;
  }
  if (!before || wasVisited) {
    replace(query);
    return false;
  }
  const opensTask = !before.task && now.task > 0;
  const isTaskClosed = before.task && !now.task;
  const isTyping = before.typed && now.typed && before.typed !== now.typed;
  const isNextTask = before.task && now.task && before.search === now.search;
  if (isTaskClosed && entry.opensTask) {
    window.history.back();
    return true;
  }
  if (entry.layer) replace(query, { opensTask, layer: undefined }); // the entry of the open conversations
  else if (isTaskClosed || isTyping || isNextTask) replace(query);
  else push(query, opensTask);
  return false;
}

/** Return `follow`, which shows the list and the task of the present address, and whether the server has processed the newest one. */
function useFollowing({ shown, memory, onFollow, onTask, onShow }) {
  const [request, setRequest] = useState(0); // the sync request after the newest visited address
  const newestRequest = useRef(0); // the same, known before the next rendering
  const follow = useEffectEvent(() => {
    const query = window.location.search;
    if (query === queryOf(shown) && isSynced(newestRequest.current)) return;
    memory.visited = query;
    onFollow(listIn(query));
    onTask(taskIn(query));
    if (taskIn(query)) onShow();
    setRequest((newestRequest.current = requestSync()));
  });
  return [follow, useSynced(request)];
}

/** Write what is `shown` into the address when it changes, while `isReady`. Return a function that writes it again. */
function useWriting({ shown, isReady, memory }) {
  const { search, typed, task } = shown;
  const [count, setCount] = useState(0); // of the calls of the returned function
  useEffect(() => {
    if (!isReady || memory.isLeaving) return;
    const before = memory.written;
    const entry = window.history.state ?? {};
    const isOfConversations = !before && entry.layer; // they were opened before the page was ready
    if (isOfConversations || entry.isLeft) return; // the entry before this one is written, by `back`
    const isLeaving = write(before, shown, memory.visited === window.location.search);
    Object.assign(memory, { written: shown, visited: null, isLeaving });
  }, [search, typed, task, isReady, count]);
  return () => setCount((former) => former + 1);
}

/**
 * Writes the list's `search` and the open `task` (0 for none) into the address, see `write`; `typed` is the text in the
 * search field. When the user opens an address with another query, calls `onFollow` with its list and `onTask` with its
 * task, and `onShow` if it names a task. Until the server has processed that, `search` and `task` are still those of an
 * older address, and are not written.
 */
export function ListAddress({ search, typed, task, ready, onFollow, onTask, onShow }) {
  const location = useLocation();
  const navigation = useNavigationType();
  const shown = { search, typed, task };
  const { current: memory } = useRef({
    written: null, // what was written last
    visited: null, // the query of an address that the user opened, until something is written
    isLeaving: false, // whether the browser is going back from a closed task
    location,
  });
  const [follow, isFollowed] = useFollowing({ shown, memory, onFollow, onTask, onShow });
  const writeAgain = useWriting({ shown, isReady: ready && isFollowed, memory });
  const back = () => {
    const { written, visited, isLeaving: hasLeftTask } = memory;
    memory.isLeaving = false;
    const isShown = written && visited === null && window.location.search === queryOf(written);
    if (hasLeftTask || isShown) return writeAgain(); // what the page shows counts, not the address
    follow();
    if (!written) writeAgain(); // the page began in the entry of the conversations
  };
  useListener("popstate", back, { target: () => window });
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
