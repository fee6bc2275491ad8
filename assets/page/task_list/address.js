// Keeps the filters of the list in the page's address.
import { useEffect, useRef, useState } from "react";
import { useLocation } from "react-router";
import { isSynced, requestSync, useSynced } from "../core/pending_input.js";

const write = (how, search) => window.history[how](
  { ...window.history.state },
  "",
  window.location.pathname + search + window.location.hash,
);

/**
 * Writes `search` into the address, and calls `onFollow` when the user opens an address with another query. While text is
 * being typed (`typed`), the history entry is replaced; every other change adds an entry. Until the server has processed
 * the newest address, its `search` belongs to an older one and is not written.
 */
export function FilterAddress({ search, typed, ready, onFollow }) {
  const location = useLocation();
  const latest = useRef(null);
  latest.current = { search, onFollow };
  const last = useRef(null); // `typed` at the last write
  const visited = useRef(null); // the query of an address that the user opened
  const wentBack = useRef(false);
  const [request, setRequest] = useState(0);
  const lastRequest = useRef(0);
  const follow = () => {
    if (window.location.search === latest.current.search && isSynced(lastRequest.current)) return;
    visited.current = window.location.search;
    latest.current.onFollow(window.location.search);
    setRequest((lastRequest.current = requestSync()));
  };
  const synced = useSynced(request);
  useEffect(() => {
    if (!ready || !synced) return;
    const replaces = !last.current || visited.current === window.location.search || (last.current.typed && typed && last.current.typed !== typed);
    last.current = { typed };
    visited.current = null;
    if (window.location.search !== search) write(replaces ? "replaceState" : "pushState", search);
  }, [search, typed, ready, synced]);
  useEffect(() => {
    const back = () => {
      wentBack.current = true;
      follow();
    };
    window.addEventListener("popstate", back);
    return () => window.removeEventListener("popstate", back);
  }, []);
  const place = useRef(location);
  useEffect(() => {
    if (place.current === location) return;
    place.current = location;
    const { search: shown } = latest.current;
    // A link to another conversation, without a query: the list keeps its filters.
    if (!wentBack.current && !window.location.search && shown) write("replaceState", shown);
    else if (!wentBack.current) follow();
    wentBack.current = false;
  }, [location]);
  return null;
}
