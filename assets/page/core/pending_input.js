// What the person has changed and the server has not answered yet: it stands as they see it until then.
import { createContext, createElement as h, useContext, useEffect, useLayoutEffect, useState, useSyncExternalStore } from "react";
import { useOpening } from "./connection.js";

let asked = 0; // the newest question
let answered = 0; // the newest one that was answered
let ask = () => {};
const listeners = new Set();

/** A question that the server answers once it has done all that it was told before. */
export function question() {
  // A reload forgets `asked` and not the server's `answered`: by the clock the next question is newer all the same, and
  // where the clock was set back, by the number.
  asked = Math.max(Date.now(), asked + 1, answered + 1);
  ask(asked);
  return asked;
}

export const isAnswered = (id) => id <= answered;

/** Calls the listener at each answer. */
export function subscribeAnswers(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether the question of this id is answered. */
export const useAnswered = (id) => useSyncExternalStore(subscribeAnswers, () => isAnswered(id), () => isAnswered(id));

/** Asks the questions, and hears the answers: `told` is the newest one that was answered. */
export function Answers({ told, onAsk }) {
  const opening = useOpening();
  useLayoutEffect(() => { ask = onAsk; });
  useEffect(() => {
    answered = told;
    listeners.forEach((listener) => listener());
  }, [told]);
  // What was on its way when the connection broke may have been lost.
  useEffect(() => { if (opening && !isAnswered(asked)) ask(asked); }, [opening]);
  return null;
}

/** What is shown: the server's value, or the person's own, kept by the function beside it, until the server has answered. */
export function useHeld(value) {
  const [held, hold] = useState(null);
  useEffect(() => {
    if (!held) return;
    const look = () => isAnswered(held.id) && hold(null);
    look();
    return subscribeAnswers(look);
  }, [held]);
  return [held ? held.value : value, (own) => hold({ id: question(), value: own })];
}

/** A choice from a list that shows at once what was chosen. */
export function Choice({ value, onChange, ...props }) {
  const [shown, hold] = useHeld(value);
  const change = (event) => {
    onChange(event);
    hold(event.target.value);
  };
  return h("select", { ...props, value: shown, onChange: change });
}

const Chosen = createContext(null);

/** A group of buttons of which one is pressed: at once the one that the person chooses. */
export function Segments({ value, onChoose, ...props }) {
  const [shown, hold] = useHeld(value);
  const choose = (name) => {
    onChoose(name);
    hold(name);
  };
  return h(Chosen.Provider, { value: { shown, choose } }, h("div", { role: "group", ...props }));
}

/** One of them. */
export function Segment({ name, ...props }) {
  const { shown, choose } = useContext(Chosen);
  return h("button", { ...props, type: "button", "aria-pressed": shown === name, onClick: () => choose(name) });
}

/** What the server makes of the line in `form`: not of what was sent from there, once that is on its way. */
export function Understood({ form, any, children, ...props }) {
  const [sent, setSent] = useState(0);
  const answered = useAnswered(sent);
  useEffect(() => {
    // Behind the page's own listener, which sends it.
    const submit = ({ target }) => target.id === form && setSent(question());
    document.addEventListener("submit", submit);
    return () => document.removeEventListener("submit", submit);
  }, [form]);
  return any && answered ? h("div", props, children) : null;
}
