// A sign that the server has not come to what the person did.
import { createElement as h, useEffect, useRef, useState } from "react";
import { hearReflex, useConnection } from "./connection.js";
import { isAnswered, question, subscribeAnswers } from "./pending_input.js";

const QUIET_MS = 600; // after the first event; most are done by then, and the question costs little
const PATIENCE_MS = 500; // so long the answer to the question may take
const QUESTION = "sync_state.answer";

let onEvent = () => {};
hearReflex("onEventSend", (event) => { if (!event.name.endsWith(QUESTION)) onEvent(); });

/** Says so from a moment after an event that nothing came of, until the server has come to it. */
export function Unanswered({ sentence, ...props }) {
  const connected = useConnection() === "connected";
  const [late, setLate] = useState(false);
  const asked = useRef(0); // the open question, 0 when there is none
  const again = useRef(false); // something came behind the open question
  const timer = useRef(null);
  const ask = () => {
    asked.current = question();
    timer.current = setTimeout(() => setLate(true), PATIENCE_MS);
  };
  const begin = () => {
    if (asked.current) again.current = true;
    else timer.current ??= setTimeout(ask, QUIET_MS);
  };
  const rest = () => {
    clearTimeout(timer.current);
    [asked.current, again.current, timer.current] = [0, false, null];
    setLate(false);
  };
  useEffect(() => subscribeAnswers(() => {
    if (!asked.current || !isAnswered(asked.current)) return;
    const more = again.current;
    rest();
    if (more) begin();
  }), []);
  useEffect(() => {
    if (!connected) return;
    onEvent = begin;
    return () => {
      onEvent = () => {};
      rest();
    };
  }, [connected]);
  return h("div", { ...props, role: "status" }, late && h("p", null, sentence));
}
