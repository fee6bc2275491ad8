// The selected rows of the task list. The server receives them only with an action on them.
import { createElement as h, useEffect, useSyncExternalStore } from "react";
import { isField, isForOthers } from "../core/keyboard.js";
import { listenerSet } from "../core/listeners.js";
import { shownNumbers, subscribeRows } from "./task_rows.js";

const LONG_PRESS_MS = 450;
const PRESS_MOVE_PX = 10; // how far a finger may move during a long press

let numbers = []; // the selected tasks, in the order of the list
let selected = new Set(numbers);
let anchor = 0; // the first task of a range
let picking = false; // whether every click on a row selects it
const { notify, subscribe } = listenerSet();
const never = () => false;
const none = [];

const select = (next, pick = picking) => {
  const inOrder = shownNumbers().filter((number) => next.has(number));
  const same = inOrder.length === numbers.length && inOrder.every((number, at) => number === numbers[at]);
  if (same && pick === picking) return;
  // The selection bar disappears with an empty selection: move its focus.
  if (!inOrder.length && document.activeElement?.closest(".selection-bar")) document.getElementById("list-menu")?.focus();
  picking = pick;
  numbers = same ? numbers : inOrder;
  selected = new Set(numbers);
  notify();
};

/** Return the numbers of the selected tasks, in the order of the list. */
export const selectedNumbers = () => numbers;

/** Select or deselect the task. */
function toggleSelected(number) {
  const next = new Set(selected);
  if (!next.delete(number)) next.add(number);
  anchor = number;
  select(next);
}

/** Select all tasks from the one selected last to this one. */
function selectTo(number) {
  const order = shownNumbers();
  const [from, to] = [order.indexOf(anchor), order.indexOf(number)].sort((left, right) => left - right);
  if (from < 0) return toggleSelected(number);
  select(new Set([...selected, ...order.slice(from, to + 1)]));
}

/** Select these tasks besides the selected ones; those that the list does not show stay unselected. */
export const addSelected = (added) => select(new Set([...selected, ...added]));

export const clearSelected = () => select(new Set(), false);

export const useSelectedNumbers = () => useSyncExternalStore(subscribe, selectedNumbers, () => none);
/** Whether every click on a row selects it. */
export const usePicking = () => useSyncExternalStore(subscribe, () => picking, never);

const rowAt = (target) => {
  const row = target.closest?.(".task[data-number]");
  if (target.closest?.("dialog")) return null; // the dialog of a row's date
  return row?.querySelector(".select-mark") ? row : null;
};
const numberOf = (row) => Number(row.dataset.number);

/** Handles clicks with Ctrl or Shift, long presses and keys on the rows; deselects rows that disappear. */
export function RowSelection({ patches }) {
  useEffect(() => select(selected), [patches]);
  useEffect(() => subscribeRows(() => select(selected)), []);
  useEffect(() => {
    let press = null;
    let wasLongPress = false;
    const release = () => {
      clearTimeout(press?.timer);
      press = null;
    };
    // The choices of the bar disappear once one is taken: their button gets the focus.
    const focusOpener = ({ target }) => {
      if (target.closest?.(".selection-choices")) document.querySelector('.selection-bar [aria-expanded="true"]')?.focus();
    };
    const listen = {
      submit: focusOpener,
      click: (event) => {
        if (event.target.closest(".selection-choices .pick")) focusOpener(event);
        const row = rowAt(event.target);
        const withKey = event.ctrlKey || event.metaKey || event.shiftKey;
        const isPick = picking && !event.target.closest(".drag-handle");
        if (!row || isField(event.target) || !(withKey || isPick || wasLongPress)) return;
        event.preventDefault();
        event.stopPropagation();
        if (wasLongPress) wasLongPress = false;
        else if (event.shiftKey) selectTo(numberOf(row));
        else toggleSelected(numberOf(row));
      },
      mousedown: (event) => event.shiftKey && rowAt(event.target) && !isField(event.target) && event.preventDefault(),
      pointerdown: (event) => {
        release();
        wasLongPress = false;
        const row = event.pointerType === "touch" && !event.target.closest(".drag-handle") ? rowAt(event.target) : null;
        if (!row || picking || isField(event.target)) return;
        const begin = () => {
          wasLongPress = true;
          picking = true;
          toggleSelected(numberOf(row));
          release();
        };
        press = { x: event.clientX, y: event.clientY, timer: setTimeout(begin, LONG_PRESS_MS) };
      },
      pointermove: ({ clientX, clientY }) => press && Math.hypot(clientX - press.x, clientY - press.y) > PRESS_MOVE_PX && release(),
      pointerup: release,
      pointercancel: release,
      contextmenu: (event) => (wasLongPress || press) && rowAt(event.target) && event.preventDefault(),
    };
    const keys = (event) => {
      if (isForOthers(event)) return;
      const row = rowAt(event.target);
      const opener = document.querySelector('.selection-bar [aria-expanded="true"]');
      if (event.key === "Escape" && (numbers.length || picking) && (!isField(event.target) || event.target.closest(".selection-bar"))) {
        opener?.click();
        opener ? opener.focus() : clearSelected();
      }
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

/** The button that selects a row; `label` contains {number}. */
export function SelectMark({ number, label, ...props }) {
  const on = useSyncExternalStore(subscribe, () => selected.has(number), never);
  const name = label.replace("{number}", number);
  const click = ({ shiftKey }) => (shiftKey ? selectTo(number) : toggleSelected(number));
  return h("button", { ...props, type: "button", "aria-label": name, "aria-pressed": on, onClick: click });
}

/** A button that turns on selecting rows by a click. */
export function SelectButton(props) {
  const on = usePicking();
  const click = () => (on ? clearSelected() : select(selected, true));
  return h("button", { ...props, type: "button", "aria-pressed": on, onClick: click });
}

export const ClearSelected = (props) => h("button", { ...props, type: "button", onClick: clearSelected });
