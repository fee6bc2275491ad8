// Keeps the filters of the list and the open task in the page's address, so that Back closes the open task.
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { useLocation } from "react-router";
import { useListener } from "../core/listeners.js";
import { isSynced, requestSync, useSynced } from "../pending/pending_input.js";

const TASK = /^task=(\d{1,9})$/;
const partsOf = (query) => query.replace(/^\?/, "").split("&").filter(Boolean);

/** Return the number of the open task in a query; 0 for none. */
const taskIn = (query) => Number(partsOf(query).map((part) => TASK.exec(part)?.[1]).findLast(Boolean) ?? 0);
/** Return a query without the open task. */
const listIn = (query) => {
  const parts = partsOf(query).filter((part) => !part.startsWith("task="));
  return parts.length ? `?${parts.join("&")}` : "";
};
const queryOf = (search, task) => (task ? `${search ? `${search}&` : "?"}task=${task}` : search);

const write = (how, query, state = {}) => window.history[how](
  { ...window.history.state, ...state },
  "",
  window.location.pathname + query + window.location.hash,
);

/**
 * How the address is to change: `before` was written last (null: nothing yet), `now` is shown, and `entry` is the state of
 * the present history entry. `wasVisited` says whether the user opened its address.
 */
function changeOf(before, now, wasVisited, entry) {
  const closes = before?.task && !now.task && !wasVisited;
  if (closes && entry.opensTask) return "leave"; // back to the list below the task
  if (before && !wasVisited && entry.layer) return "replaceLayer"; // the entry of the shown conversations
  if (!before || wasVisited || closes) return "replace";
  const types = before.typed && now.typed && before.typed !== now.typed;
  const isNextTask = before.task && now.task && before.search === now.search;
  return types || isNextTask ? "replace" : "push";
}

/**
 * Writes `search` and the open `task` (0 for none) into the address. When the user opens an address with another query,
 * calls `onFollow` with its list and `onTask` with its task; `onShow` if it names a task. Opening a task adds a history
 * entry, closing it goes back by one; while text is being typed (`typed`) and from task to task the entry is replaced;
 * every other change adds one, or takes the place of the entry of the shown conversations (`layer`, see PaneHistory), which
 * is left otherwise. Until the server has processed the newest address, its `search` and `task` belong to an
 * older one and are not written.
 */
export function ListAddress({ search, typed, task, ready, onFollow, onTask, onShow }) {
  const location = useLocation();
  const last = useRef(null); // what was written last
  const visited = useRef(null); // the query of an address that the user opened
  const wentBack = useRef(false);
  const isLeaving = useRef(false); // whether the entry of the closed task is being left
  const [writing, writeAgain] = useState(0);
  const [request, setRequest] = useState(0);
  const lastRequest = useRef(0);
  const follow = useEffectEvent(() => {
    const query = window.location.search;
    if (query === queryOf(search, task) && isSynced(lastRequest.current)) return;
    visited.current = query;
    onFollow(listIn(query));
    onTask(taskIn(query));
    if (taskIn(query)) onShow();
    setRequest((lastRequest.current = requestSync()));
  });
  const synced = useSynced(request);
  useEffect(() => {
    if (!ready || !synced || isLeaving.current) return;
    const query = queryOf(search, task);
    const before = last.current;
    const wasVisited = visited.current === window.location.search;
    const entry = window.history.state ?? {};
    // The conversations were opened before the page was ready: its entry lies below theirs and cannot be written yet.
    if (!before && entry.layer) return;
    if (entry.isLeft) return; // written into the entry below, once that is reached
    last.current = { typed, task, search };
    visited.current = null;
    if (window.location.search === query) {
      // A page that was loaded with an open task: Back closes the task.
      if (!before && task && !entry.opensTask) {
        write("replaceState", search);
        write("pushState", query, { opensTask: true });
      }
      return;
    }
    const opensTask = !before?.task && task > 0;
    const change = changeOf(before, last.current, wasVisited, entry);
    isLeaving.current = change === "leave";
    if (change === "leave") window.history.back();
    else if (change === "replaceLayer") write("replaceState", query, { opensTask, layer: undefined });
    else if (change === "replace") write("replaceState", query);
    else write("pushState", query, { opensTask });
  }, [search, typed, task, ready, synced, writing]);
  const back = () => {
    wentBack.current = true;
    const written = last.current;
    const isVisited = visited.current !== null; // also by "", a list without filters
    const isWritten = written && !isVisited && window.location.search === queryOf(written.search, written.task);
    const hasLeft = isLeaving.current;
    isLeaving.current = false;
    if (!hasLeft && !isWritten) follow(); // an address that the user opened
    // The entry of the closed task was left, nothing could be written into the entry above, or Back led to what was written.
    if (hasLeft || !written || isWritten) writeAgain((count) => count + 1);
  };
  useListener("popstate", back, { target: () => window });
  const place = useRef(location);
  useEffect(() => {
    if (place.current === location) return;
    place.current = location;
    const shown = queryOf(search, task);
    const isSameList = !window.location.search || window.location.search === search;
    // A link to another conversation, without another list: the list keeps its filters, and the task stays open.
    if (!wentBack.current && isSameList && shown !== window.location.search) write("replaceState", shown);
    else if (!wentBack.current) follow();
    wentBack.current = false;
  }, [location]);
  return null;
}
