// Keyboard navigation of the task list: one Tab stop (roving tabindex), arrows move from row to row.
import { createElement as h, useLayoutEffect, useRef } from "react";
import { isField, isOfInputMethod, latinKey, shouldIgnoreKey } from "../core/keyboard.js";
import { useListener } from "../core/listeners.js";
import { useRowSwipes } from "./row_swipes.js";
import { usePicking } from "./selection.js";
import { shownNumbers } from "./task_rows.js";

const ROW = ".task[data-number]";
const CONTROLS = "a, button, input, select, textarea";
const ADD = "add-task"; // the id of its field
const STEPS = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };
const ENDS = { Home: 0, End: -1 };
/** The action of a key in a row: its control has the attribute data-act. */
const ACTS = { e: "edit", d: "date", x: "select", ArrowRight: "unfold", ArrowLeft: "fold", Delete: "delete", Backspace: "delete" };
const EDITS = ["edit", "date"];

export function ListKeys({ children, ...props }) {
  const list = useRef(null);
  const roving = useRef(null);
  const picking = usePicking();
  useLayoutEffect(() => {
    roving.current = new RovingFocus(list.current);
    const addedIn = (records) => records.flatMap(({ addedNodes }) => [...addedNodes]);
    const observer = new MutationObserver((records) => roving.current.rowsChanged(addedIn(records)));
    observer.observe(list.current, { childList: true, subtree: true });
    roving.current.rowsChanged([list.current]);
    return () => observer.disconnect();
  }, []);
  useRowSwipes(list, (row) => activateControl(row, "date"));
  useListener("focusin", ({ target }) => { roving.current.keepsFocus = list.current.contains(target); });
  // After a touch the focus does not move to the next row, which would show its buttons.
  useListener("pointerdown", ({ target, pointerType }) => {
    roving.current.keepsFocus = pointerType !== "touch" && list.current.contains(target);
  });
  useListener("keydown", (event) => {
    if (entersList(event) && roving.current.focusCurrent()) event.preventDefault();
  });
  const keyDown = (event) => {
    const row = rowOf(event.target);
    if (!row || event.shiftKey || shouldIgnoreKey(event.nativeEvent)) return;
    const draggedRow = list.current.querySelector("[data-dragged=true]"); // the arrows move it
    if (!draggedRow && pressKey(roving.current, row, latinKey(event.nativeEvent), event.target)) event.preventDefault();
  };
  const onFocus = ({ target }) => {
    roving.current.awaitsNextPage = false;
    roving.current.isVisited = true;
    roving.current.setCurrent(rowOf(target) ?? null);
    roving.current.endEdit(target);
  };
  return h("ul", { ...props, ref: list, "data-picking": picking, onKeyDown: keyDown, onFocus }, children);
}

/** Do what a key does in this row, and return whether it does anything. `target` is the row's focused element. */
function pressKey(roving, row, key, target) {
  if (key in STEPS) roving.step(STEPS[key]);
  else if (key in ENDS) focusRow(roving.rows().at(ENDS[key]));
  else if (key === "ArrowLeft" && row.dataset.step === "true") roving.goToParent(row);
  else if (ACTS[key]) roving.act(row, ACTS[key]);
  else if (key === "Enter" && target.matches(".tick")) activateControl(row, "open");
  else return false;
  return true;
}

/** Return whether a key leads into the list: the arrow down from the search field, Tab from the add line, j or k. */
function entersList(event) {
  const { target, key, shiftKey } = event;
  if (target.id === "search-tasks" && key === "ArrowDown") return !isOfInputMethod(event);
  // Tab skips the fields between the add line and the list, which Shift+Tab reaches, but not the chips.
  if (target.id === ADD && key === "Tab") return !shiftKey && !document.querySelector(".add-line .chip");
  return ["j", "k"].includes(latinKey(event)) && !shouldIgnoreKey(event);
}

/** Click the control of a row; a field that is open after a refusal gets the focus. Its element is the control or holds it. */
const activateControl = (row, act) => {
  const element = row.querySelector(`[data-act=${act}]`);
  const control = element?.matches("button, input") ? element : element?.querySelector("button");
  if (control && isField(control)) control.focus();
  else control?.click();
};

/** Keeps only the controls of the current row in the Tab order, and the focus in the list when the focused row disappears. */
class RovingFocus {
  constructor(list) {
    this.list = list;
    this.currentNumber = 0; // the task number of the row that Tab reaches; 0 if the list is empty
    this.isVisited = false; // whether the user has focused a row; before, the first row is the current one
    this.numbersBefore = []; // the shown numbers at the last change: where a removed row was
    this.keepsFocus = false; // whether the focus was in the list last, and is to stay there when its row is removed
    this.editedNumber = 0; // the task number of the row that a key has begun to edit; 0 for none
    this.awaitsNextPage = false; // whether the user pressed the arrow down in the last row
  }

  row = (number) => this.list.querySelector(`.task[data-number="${number}"]`);
  rows = () => [...this.list.querySelectorAll(ROW)];
  firstRow = () => this.list.querySelector(ROW);

  setTabIndex(row, tabIndex) {
    row?.querySelectorAll(CONTROLS).forEach((control) => { if (!control.closest("dialog")) control.tabIndex = tabIndex; });
  }

  setCurrent(row) {
    const number = row ? numberOf(row) : 0;
    if (number !== this.currentNumber) this.setTabIndex(this.row(this.currentNumber), -1);
    this.currentNumber = number;
    this.setTabIndex(row, 0);
  }

  /** Update after these nodes were added, or others removed. */
  rowsChanged(added) {
    for (const node of added) {
      const changedRow = rowOf(node); // if the node is a row, or in one
      const rows = changedRow ? [changedRow] : node.querySelectorAll?.(ROW) ?? [];
      rows.forEach((row) => this.setTabIndex(row, -1));
    }
    this.setCurrent(this.nextCurrent());
    const hasLostFocus = this.keepsFocus && document.activeElement === document.body;
    if (hasLostFocus && !this.focusCurrent()) document.getElementById(ADD)?.focus();
    this.numbersBefore = shownNumbers(); // only now: nextCurrent looks up where a removed row was
    if (this.awaitsNextPage) this.step(1);
  }

  /** Return the row that Tab reaches now, if there is any: the current one; if that was removed, the next one below or above. */
  nextCurrent() {
    const row = this.row(this.currentNumber);
    if (row && this.isVisited) return row;
    if (row || !this.currentNumber) return this.firstRow();
    const at = this.numbersBefore.indexOf(this.currentNumber);
    const below = this.numbersBefore.slice(at + 1);
    const above = this.numbersBefore.slice(0, at).reverse(); // the nearest first
    const nearest = [...below, ...above].find(this.row);
    return nearest ? this.row(nearest) : this.firstRow();
  }

  act(row, action) {
    this.editedNumber = EDITS.includes(action) ? numberOf(row) : 0;
    activateControl(row, action);
  }

  /** Focus the row again after an edit by a key, not the button that began it: there Space completes, Enter opens. */
  endEdit(target) {
    if (!this.editedNumber || isField(target) || target.closest("dialog")) return;
    const row = rowOf(target);
    if (row && numberOf(row) === this.editedNumber) focusTargetOf(row).focus({ preventScroll: true });
    this.editedNumber = 0;
  }

  step(by) {
    const rows = this.rows();
    const next = rows[rows.indexOf(this.row(this.currentNumber)) + by];
    this.awaitsNextPage = by > 0 && !next; // the next page loads by itself, because the end of the list is visible
    if (next) focusRow(next);
  }

  /** From a step, go to its task. */
  goToParent(row) {
    const rows = this.rows();
    const parent = rows.slice(0, rows.indexOf(row)).findLast((one) => one.dataset.step !== "true");
    if (parent) focusRow(parent);
  }

  /** Focus the current row, or the first one; return whether there is any. */
  focusCurrent() {
    const row = this.row(this.currentNumber) ?? this.firstRow();
    if (row) focusRow(row);
    return !!row;
  }
}

const rowOf = (element) => element?.closest?.(ROW);
const numberOf = (row) => Number(row.dataset.number);
/** Return the element that gets a row's focus: the checkbox, or the title of a deleted task. */
const focusTargetOf = (row) => row.querySelector(".tick") ?? row.querySelector("button");
const focusRow = (row) => {
  focusTargetOf(row).focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
};
