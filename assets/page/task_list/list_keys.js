// Keyboard navigation of the task list: one Tab stop (roving tabindex), arrows move from row to row.
import { createElement as h, useEffect, useRef } from "react";
import { isField, isOfInputMethod, latinKey, shouldIgnoreKey } from "../core/keyboard.js";
import { useListener } from "../core/listeners.js";
import { useRowSwipes } from "./row_swipes.js";
import { usePicking } from "./selection.js";
import { shownNumbers } from "./task_rows.js";

const ROW = ".task[data-number]";
const CONTROLS = "a, button, input, select, textarea";
const SEARCH = "search-tasks"; // an id
const ADD = "add-task"; // an id
const CHIPS = ".add-line .chip";

const rowOf = (element) => element?.closest?.(ROW);
const numberOf = (row) => Number(row.dataset.number);
/** Return the element that gets a row's focus: the checkbox, or the title of a deleted task. */
const focusTargetOf = (row) => row.querySelector(".tick") ?? row.querySelector("button");
/** Click the control of a row; a field that is open after a refusal gets the focus. */
const activateControl = (row, act) => {
  const part = row.querySelector(`[data-act=${act}]`);
  const control = part?.matches("button, input") ? part : part?.querySelector("button");
  if (control && isField(control)) control.focus();
  else control?.click();
};

const focusRow = (row) => {
  focusTargetOf(row).focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
};

/** Keeps only the current row's controls in the Tab order, and the focus in the list when the focused row disappears. */
class RovingFocus {
  constructor(list) {
    this.list = list;
    this.current = 0; // the task number of the row that Tab reaches
    this.visited = false; // whether the user has focused a row; before, the first row is the current one
    this.order = []; // the shown numbers at the last change: where a removed row was
    this.inside = false; // whether the focus was in the list last
    this.edited = 0; // the task number of the row that a key has begun to edit
    this.awaitsNext = false; // whether the user pressed the arrow down in the last row
  }

  row = (number) => this.list.querySelector(`.task[data-number="${number}"]`);
  rows = () => [...this.list.querySelectorAll(ROW)];

  setTabIndex(row, tabIndex) {
    row?.querySelectorAll(CONTROLS).forEach((control) => { if (!control.closest("dialog")) control.tabIndex = tabIndex; });
  }

  setCurrent(row) {
    const number = row ? numberOf(row) : 0;
    if (number !== this.current) this.setTabIndex(this.row(this.current), -1);
    this.current = number;
    this.setTabIndex(row, 0);
  }

  /** Update after these nodes were added, or others removed. */
  rowsChanged(added) {
    const lostFocus = this.inside && document.activeElement === document.body;
    for (const node of added) {
      const rows = rowOf(node) ? [rowOf(node)] : node.querySelectorAll?.(ROW) ?? [];
      rows.forEach((row) => this.setTabIndex(row, -1));
    }
    this.setCurrent(this.nextCurrent());
    if (lostFocus && !this.focusCurrent()) document.getElementById(ADD)?.focus();
    this.order = shownNumbers();
    if (this.awaitsNext) this.step(1);
  }

  /** Return the row that Tab reaches now, if there is any: the same one, or the one at the place of a removed one. */
  nextCurrent() {
    const row = this.row(this.current);
    if (this.current && !row) return this.neighbour();
    return (this.visited && row) || this.list.querySelector(ROW);
  }

  /** Return the first shown row below the removed current row, else the last one above it. */
  neighbour() {
    const at = this.order.indexOf(this.current);
    const nearest = [...this.order.slice(at + 1), ...this.order.slice(0, Math.max(at, 0)).reverse()];
    const number = nearest.find((other) => this.row(other));
    return number ? this.row(number) : this.list.querySelector(ROW);
  }

  /** Click the control for an action that a key stands for. */
  act(row, action) {
    this.edited = EDITS.includes(action) ? numberOf(row) : 0;
    activateControl(row, action);
  }

  /** After an edit by a key the row has the focus again, not the button that began it: Space completes, Enter opens. */
  endEdit(target) {
    if (!this.edited || isField(target) || target.closest("dialog")) return;
    const row = rowOf(target);
    if (row && numberOf(row) === this.edited) focusTargetOf(row).focus({ preventScroll: true });
    this.edited = 0;
  }

  step(by) {
    const rows = this.rows();
    const next = rows[rows.indexOf(this.row(this.current)) + by];
    this.awaitsNext = by > 0 && !next; // the next page loads by itself, because the end of the list is visible
    if (next) focusRow(next);
  }

  /** From a step, go to its task. */
  goToParent(row) {
    const rows = this.rows();
    const parent = rows.slice(0, rows.indexOf(row)).findLast((one) => one.dataset.step !== "true");
    if (parent) focusRow(parent);
  }

  focusCurrent() {
    const row = this.row(this.current) ?? this.list.querySelector(ROW);
    if (row) focusRow(row);
    return !!row;
  }
}

/** What a key does in the list. */
const MOVES = {
  ArrowDown: (focus) => focus.step(1),
  ArrowUp: (focus) => focus.step(-1),
  j: (focus) => focus.step(1),
  k: (focus) => focus.step(-1),
  Home: (focus) => focusRow(focus.rows()[0]),
  End: (focus) => focusRow(focus.rows().at(-1)),
};
/** The action of a key in a row: its control has the attribute data-act. */
const ACTS = { e: "edit", d: "date", x: "select", ArrowRight: "unfold", ArrowLeft: "fold", Delete: "delete", Backspace: "delete" };
const EDITS = ["edit", "date"];

/** Do what a key does in this row, and return whether it does anything. */
function pressKey(focus, row, key, target) {
  if (MOVES[key]) MOVES[key](focus);
  else if (key === "ArrowLeft" && row.dataset.step === "true") focus.goToParent(row);
  else if (ACTS[key]) focus.act(row, ACTS[key]);
  else if (key === "Enter" && target.matches(".tick")) activateControl(row, "open");
  else return false;
  return true;
}

/** Return whether a key leads into the list: j and k from anywhere, or from the field above it. */
function entersList(event) {
  const isLetter = ["j", "k"].includes(latinKey(event)) && !shouldIgnoreKey(event);
  const isFromSearch = event.target.id === SEARCH && event.key === "ArrowDown" && !isOfInputMethod(event);
  const isTabFromAdd = event.target.id === ADD && event.key === "Tab" && !event.shiftKey;
  // The fields between the add line and the list are behind Shift+Tab; chips come first.
  return isLetter || isFromSearch || (isTabFromAdd && !document.querySelector(CHIPS));
}

/** The list: a `ul` with keyboard navigation. */
export function ListKeys({ children, ...props }) {
  const list = useRef(null);
  const roving = useRef(null);
  const picking = usePicking();
  useEffect(() => {
    const focus = roving.current = new RovingFocus(list.current);
    const observer = new MutationObserver((records) => focus.rowsChanged(records.flatMap(({ addedNodes }) => [...addedNodes])));
    observer.observe(list.current, { childList: true, subtree: true });
    focus.rowsChanged([list.current]);
    return () => observer.disconnect();
  }, []);
  useRowSwipes(list, (row) => activateControl(row, "date"));
  useListener("focusin", ({ target }) => { roving.current.inside = list.current.contains(target); });
  // After a touch the focus does not move to the next row, which would show its buttons.
  useListener("pointerdown", ({ target, pointerType }) => {
    roving.current.inside = pointerType !== "touch" && list.current.contains(target);
  });
  useListener("keydown", (event) => {
    if (entersList(event) && roving.current.focusCurrent()) event.preventDefault();
  });
  const keyDown = (event) => {
    const row = rowOf(event.target);
    if (!row || event.shiftKey || shouldIgnoreKey(event.nativeEvent)) return;
    const isDragged = list.current.querySelector("[data-dragged=true]"); // the arrows move that row
    if (!isDragged && pressKey(roving.current, row, latinKey(event.nativeEvent), event.target)) event.preventDefault();
  };
  const onFocus = ({ target }) => {
    roving.current.awaitsNext = false;
    roving.current.visited = true;
    roving.current.setCurrent(rowOf(target) ?? null);
    roving.current.endEdit(target);
  };
  return h("ul", { ...props, ref: list, "data-picking": picking, onKeyDown: keyDown, onFocus }, children);
}
