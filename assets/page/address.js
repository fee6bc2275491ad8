// The filters of the list in the address of the page.
import { useEffect, useRef } from "react";
import { useLocation } from "react-router";

const write = (how, search) => window.history[how](
  { ...window.history.state },
  "",
  window.location.pathname + search + window.location.hash,
);

/**
 * Writes `search` into the address, and says so when the person comes to an address with another one. What is being
 * typed (`typed`) replaces itself; every other change is a step that Back takes again.
 */
export function Address({ search, typed, ready, onFollow }) {
  const location = useLocation();
  const now = useRef(null);
  now.current = { search, onFollow };
  const last = useRef(null); // what was written before, and what was typed then
  const came = useRef(null); // the search of an address that the person came to
  const wentBack = useRef(false);
  const follow = () => {
    if (window.location.search === now.current.search) return;
    came.current = window.location.search;
    now.current.onFollow(window.location.search);
  };
  useEffect(() => {
    if (!ready) return;
    const replaces = !last.current || came.current === window.location.search || (last.current.typed && typed && last.current.typed !== typed);
    last.current = { typed };
    came.current = null;
    if (window.location.search !== search) write(replaces ? "replaceState" : "pushState", search);
  }, [search, typed, ready]);
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
    const { search: shown } = now.current;
    // Another conversation, by a link that says nothing of the list: the list beside it stays as it is.
    if (!wentBack.current && !window.location.search && shown) write("replaceState", shown);
    else if (!wentBack.current) follow();
    wentBack.current = false;
  }, [location]);
  return null;
}
