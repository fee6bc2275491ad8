// Which rows of the task list are selected: the browser alone knows, and tells the server only with what is done to them.
import { createElement as h, useEffect, useSyncExternalStore } from "react";
import { isField } from "../core/focus_target.js";
import { shownNumbers, subscribeRows } from "./task_rows.js";

const LONG_PRESS_MS = 450;
const PRESS_MOVES = 10; // pixels that a finger may move while it presses

let numbers = []; // the selected ones, from the top of the list
let chosen = new Set(numbers);
let anchor = 0; // where a range begins
let picking = false; // every click on a row selects it
const listeners = new Set();
const subscribe = (listener) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
const never = () => false;
const none = [];

const select = (next, picks = picking) => {
  const inOrder = shownNumbers().filter((number) => next.has(number));
  const same = inOrder.length === numbers.length && inOrder.every((number, at) => number === numbers[at]);
  if (same && picks === picking) return;
  // What had the focus in the bar goes with it.
  if (!inOrder.length && document.activeElement?.closest(".selection-bar")) document.querySelector(".select-button")?.focus();
  picking = picks;
  numbers = same ? numbers : inOrder;
  chosen = new Set(numbers);
  listeners.forEach((listener) => listener());
};

/** The numbers of the selected tasks, from the top of the list. */
export const selectedNumbers = () => numbers;

/** Selects the task, or no longer. */
export function toggleSelected(number) {
  const next = new Set(chosen);
  if (!next.delete(number)) next.add(number);
  anchor = number;
  select(next);
}

/** Selects all from the task that was selected last to this one. */
export function selectTo(number) {
  const order = shownNumbers();
  const [from, to] = [order.indexOf(anchor), order.indexOf(number)].sort((one, other) => one - other);
  if (from < 0) return toggleSelected(number);
  select(new Set([...chosen, ...order.slice(from, to + 1)]));
}

export const clearSelected = () => select(new Set(), false);

export const useSelectedNumbers = () => useSyncExternalStore(subscribe, selectedNumbers, () => none);
/** Whether every click on a row selects it. */
export const usePicking = () => useSyncExternalStore(subscribe, () => picking, never);

const rowAt = (target) => {
  const row = target.closest?.(".task[data-number]");
  return row?.querySelector(".select-mark") ? row : null;
};
const numberOf = (row) => Number(row.dataset.number);

/** Takes clicks with Ctrl or Shift, long presses and keys on the rows, wherever they are, and lets go of rows that vanish. */
export function Selecting({ patches }) {
  useEffect(() => select(chosen), [patches]);
  useEffect(() => subscribeRows(() => select(chosen)), []);
  useEffect(() => {
    let press = null;
    let pressed = false;
    const release = () => {
      clearTimeout(press?.timer);
      press = null;
    };
    // What is chosen from goes once something is chosen: the button that laid it out takes the focus.
    const goBack = ({ target }) => {
      if (target.closest?.(".selection-choices")) document.querySelector('.selection-bar [aria-expanded="true"]')?.focus();
    };
    const listen = {
      submit: goBack,
      click: (event) => {
        if (event.target.closest(".selection-choices .pick")) goBack(event);
        const row = rowAt(event.target);
        const byKey = event.ctrlKey || event.metaKey || event.shiftKey;
        const picks = picking && !event.target.closest(".drag-handle");
        if (!row || isField(event.target) || !(byKey || picks || pressed)) return;
        event.preventDefault();
        event.stopPropagation();
        if (pressed) pressed = false;
        else if (event.shiftKey) selectTo(numberOf(row));
        else toggleSelected(numberOf(row));
      },
      mousedown: (event) => event.shiftKey && rowAt(event.target) && !isField(event.target) && event.preventDefault(),
      pointerdown: (event) => {
        release();
        pressed = false;
        const row = event.pointerType === "touch" && !event.target.closest(".drag-handle") ? rowAt(event.target) : null;
        if (!row || picking || isField(event.target)) return;
        const begin = () => {
          pressed = true;
          picking = true;
          toggleSelected(numberOf(row));
          release();
        };
        press = { x: event.clientX, y: event.clientY, timer: setTimeout(begin, LONG_PRESS_MS) };
      },
      pointermove: ({ clientX, clientY }) => press && Math.hypot(clientX - press.x, clientY - press.y) > PRESS_MOVES && release(),
      pointerup: release,
      pointercancel: release,
      contextmenu: (event) => (pressed || press) && rowAt(event.target) && event.preventDefault(),
    };
    const keys = (event) => {
      if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
      const row = rowAt(event.target);
      if (event.key === "Escape" && (numbers.length || picking) && (!isField(event.target) || event.target.closest(".selection-bar")))
        clearSelected();
      else if (event.key === " " && (event.ctrlKey || event.metaKey) && row) toggleSelected(numberOf(row));
      else return;
      event.preventDefault();
    };
    Object.entries(listen).forEach(([name, listener]) => document.addEventListener(name, listener, true));
    document.addEventListener("keydown", keys);
    return () => {
      release();
      Object.entries(listen).forEach(([name, listener]) => document.removeEventListener(name, listener, true));
      document.removeEventListener("keydown", keys);
    };
  }, []);
  return null;
}

/** The mark that selects a row; `label` is its name with {number} in it. */
export function SelectMark({ number, label, ...props }) {
  const on = useSyncExternalStore(subscribe, () => chosen.has(number), never);
  const name = label.replace("{number}", number);
  const click = ({ shiftKey }) => (shiftKey ? selectTo(number) : toggleSelected(number));
  return h("button", { ...props, type: "button", "aria-label": name, "aria-pressed": on, onClick: click });
}

/** A button after which each tap on a row selects it. */
export function SelectButton(props) {
  const on = usePicking();
  const click = () => (on ? clearSelected() : select(chosen, true));
  return h("button", { ...props, type: "button", "aria-pressed": on, onClick: click });
}

export const ClearSelected = (props) => h("button", { ...props, type: "button", onClick: clearSelected });
