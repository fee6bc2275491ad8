// A sign that the server has not come to what the person did.
import { createElement as h, useEffect, useRef, useState } from "react";
import { useConnection } from "./connection.js";
import { isAnswered, question, subscribeAnswers } from "./held.js";

const QUIET_MS = 600; // after the last event; most are done by then, and the question costs little
const PATIENCE_MS = 500; // so long the answer to the question may take
const QUESTION = "answers_state.answer";

let onEvent = () => {};
if (typeof window !== "undefined") {
  // The hook that Reflex's own instrumentation uses.
  const hooks = window.__reflex_otel ?? {};
  window.__reflex_otel = {
    ...hooks,
    onEventSend: (event) => {
      hooks.onEventSend?.(event);
      if (!event.name.endsWith(QUESTION)) onEvent();
    },
  };
}

/** Says so from a moment after an event that nothing came of, until the server has come to it. */
export function Unanswered({ sentence, ...props }) {
  const connected = useConnection() === "connected";
  const [late, setLate] = useState(false);
  const asked = useRef(0); // the open question, 0 when there is none
  const timer = useRef(null);
  const wait = (then, ms) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(then, ms);
  };
  onEvent = () => {
    if (!connected || asked.current) return;
    wait(() => {
      asked.current = question();
      wait(() => setLate(true), PATIENCE_MS);
    }, QUIET_MS);
  };
  const rest = () => {
    asked.current = 0;
    clearTimeout(timer.current);
    setLate(false);
  };
  useEffect(() => subscribeAnswers(() => { if (asked.current && isAnswered(asked.current)) rest(); }), []);
  useEffect(() => { if (!connected) rest(); }, [connected]);
  return h("div", { ...props, role: "status" }, late && h("p", null, sentence));
}
