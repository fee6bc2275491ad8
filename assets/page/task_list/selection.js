// The selected rows of the task list. The server receives them only with an action on them.
import { createElement as h, useEffect, useRef, useSyncExternalStore } from "react";
import { isField, isForOthers } from "../core/keyboard.js";
import { listenerSet, useListener } from "../core/listeners.js";
import { shownNumbers, subscribeRows } from "./task_rows.js";

const LONG_PRESS_MS = 450;
const PRESS_MOVE_PX = 10; // how far a finger may move during a long press

let numbers = []; // of the selected tasks, in the order of the list
let anchor = 0; // the first task of a range
let picking = false; // whether every click on a row selects it
const { notify, subscribe } = listenerSet();
export const selectedNumbers = () => numbers;
const isPicking = () => picking;

/** Select the tasks of `next` that the list shows, and no others; set `picking`. */
const select = (next, nextPicking = picking) => {
  const chosen = new Set(next);
  const inOrder = shownNumbers().filter((number) => chosen.has(number));
  const isSame = String(inOrder) === String(numbers);
  if (isSame && nextPicking === picking) return;
  // The selection bar disappears with an empty selection: move its focus.
  if (!inOrder.length && document.activeElement?.closest(".selection-bar")) document.getElementById("list-menu")?.focus();
  picking = nextPicking;
  if (!isSame) numbers = inOrder; // otherwise the same array, so that React sees no change
  notify();
};

function toggleSelected(number, nextPicking = picking) {
  anchor = number;
  const next = numbers.includes(number) ? numbers.filter((other) => other !== number) : [...numbers, number];
  select(next, nextPicking);
}

/** Select all tasks from the one selected last to this one. */
function selectTo(number) {
  const order = shownNumbers();
  const places = [order.indexOf(anchor), order.indexOf(number)];
  if (places.includes(-1)) return toggleSelected(number);
  select([...numbers, ...order.slice(Math.min(...places), Math.max(...places) + 1)]);
}

/** Select these tasks besides the selected ones; those that the list does not show stay unselected. */
export const addSelected = (added) => select([...numbers, ...added]);

export const clearSelected = () => select([], false);

export const useSelectedNumbers = () => useSyncExternalStore(subscribe, selectedNumbers, selectedNumbers);
export const usePicking = () => useSyncExternalStore(subscribe, isPicking, isPicking);

/** Return the row around an element if it can be selected, else null; the dialog of a row's date is not part of it. */
const rowAt = (target) => {
  const row = target.closest?.("dialog") ? null : target.closest?.(".task[data-number]");
  return row?.querySelector(".select-mark") ? row : null;
};
const numberOf = (row) => Number(row.dataset.number);

/** Return the button of the selection bar whose choices are open, null without one. */
const openChoice = () => document.querySelector('.selection-bar [aria-expanded="true"]');
/** Close the open choice of the selection bar; without one, clear the selection. */
function stepBack() {
  const opener = openChoice();
  if (!opener) return clearSelected();
  opener.click();
  opener.focus();
}

const capture = { capture: true };

/** Select the row of a long press, and every row clicked from then on. Return a ref: whether the last press was one. */
function useLongPress() {
  const press = useRef(null); // of a finger that is down on a row: { x, y, timer }; null without one
  const wasLong = useRef(false);
  const release = () => {
    clearTimeout(press.current?.timer);
    press.current = null;
  };
  const pointerDown = ({ target, pointerType, clientX: x, clientY: y }) => {
    release();
    wasLong.current = false;
    const row = pointerType === "touch" && !target.closest(".drag-handle") ? rowAt(target) : null;
    if (!row || picking || isField(target)) return;
    const selectPressed = () => {
      wasLong.current = true;
      toggleSelected(numberOf(row), true);
      release();
    };
    press.current = { x, y, timer: setTimeout(selectPressed, LONG_PRESS_MS) };
  };
  const pointerMove = ({ clientX, clientY }) => {
    if (!press.current) return;
    const { x, y } = press.current;
    if (Math.hypot(clientX - x, clientY - y) > PRESS_MOVE_PX) release();
  };
  const contextMenu = (event) => (wasLong.current || press.current) && rowAt(event.target) && event.preventDefault();
  useEffect(() => release, []);
  useListener("pointerdown", pointerDown, capture);
  useListener("pointermove", pointerMove, capture);
  useListener("pointerup", release, capture);
  useListener("pointercancel", release, capture);
  useListener("contextmenu", contextMenu, capture);
  return wasLong;
}

/** Handles clicks with Ctrl or Shift, long presses and keys on the rows; deselects rows that disappear. */
export function RowSelection({ patches }) {
  useEffect(() => select(numbers), [patches]);
  useEffect(() => subscribeRows(() => select(numbers)), []);
  const wasLongPress = useLongPress();
  // The choices of the bar disappear once one is taken: their button gets the focus.
  const focusOpener = ({ target }) => target.closest?.(".selection-choices") && openChoice()?.focus();
  const click = (event) => {
    const { target, ctrlKey, metaKey, shiftKey } = event;
    if (target.closest(".selection-choices .pick")) focusOpener(event);
    const row = rowAt(target);
    const selects = ctrlKey || metaKey || shiftKey || wasLongPress.current || (picking && !target.closest(".drag-handle"));
    if (!row || isField(target) || !selects) return;
    event.preventDefault();
    event.stopPropagation();
    if (wasLongPress.current) wasLongPress.current = false; // its row is selected already
    else if (shiftKey) selectTo(numberOf(row));
    else toggleSelected(numberOf(row));
  };
  const mouseDown = (event) => event.shiftKey && rowAt(event.target) && !isField(event.target) && event.preventDefault();
  const keyDown = (event) => {
    if (isForOthers(event)) return;
    const row = rowAt(event.target);
    const isOtherField = isField(event.target) && !event.target.closest(".selection-bar");
    const hasSelection = numbers.length > 0 || picking;
    if (event.key === "Escape" && hasSelection && !isOtherField) stepBack();
    else if (event.key === " " && (event.ctrlKey || event.metaKey) && row) toggleSelected(numberOf(row));
    else return;
    event.preventDefault();
  };
  useListener("submit", focusOpener, capture);
  useListener("click", click, capture);
  useListener("mousedown", mouseDown, capture);
  useListener("keydown", keyDown);
  return null;
}

/** The button that selects a row; `label` contains {number}. */
export function SelectMark({ number, label, ...props }) {
  const isSelected = () => numbers.includes(number);
  const on = useSyncExternalStore(subscribe, isSelected, isSelected);
  const name = label.replace("{number}", number);
  const click = ({ shiftKey }) => (shiftKey ? selectTo(number) : toggleSelected(number));
  return h("button", { ...props, type: "button", "aria-label": name, "aria-pressed": on, onClick: click });
}

/** A button that turns on selecting rows by a click. */
export function SelectButton(props) {
  const on = usePicking();
  const click = () => (on ? clearSelected() : select(numbers, true));
  return h("button", { ...props, type: "button", "aria-pressed": on, onClick: click });
}

export const ClearSelected = (props) => h("button", { ...props, type: "button", onClick: clearSelected });
