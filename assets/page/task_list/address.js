// The filters of the list in the address of the page.
import { useEffect, useRef, useState } from "react";
import { useLocation } from "react-router";
import { isAnswered, question, useAnswered } from "../core/pending_input.js";

const write = (how, search) => window.history[how](
  { ...window.history.state },
  "",
  window.location.pathname + search + window.location.hash,
);

/**
 * Writes `search` into the address, and says so when the person comes to an address with another one. What is being
 * typed (`typed`) replaces itself; every other change is a step that Back takes again. While the server has not come to
 * the newest address, what it says is about an older one, and is written nowhere.
 */
export function Address({ search, typed, ready, onFollow }) {
  const location = useLocation();
  const now = useRef(null);
  now.current = { search, onFollow };
  const last = useRef(null); // what was written before, and what was typed then
  const came = useRef(null); // the search of an address that the person came to
  const wentBack = useRef(false);
  const [asked, setAsked] = useState(0);
  const newest = useRef(0);
  const follow = () => {
    if (window.location.search === now.current.search && isAnswered(newest.current)) return;
    came.current = window.location.search;
    now.current.onFollow(window.location.search);
    setAsked((newest.current = question()));
  };
  const answered = useAnswered(asked);
  useEffect(() => {
    if (!ready || !answered) return;
    const replaces = !last.current || came.current === window.location.search || (last.current.typed && typed && last.current.typed !== typed);
    last.current = { typed };
    came.current = null;
    if (window.location.search !== search) write(replaces ? "replaceState" : "pushState", search);
  }, [search, typed, ready, answered]);
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
