// The task list as one stop of the Tab key, in which the arrows go from row to row.
import { createElement as h, useEffect, useRef } from "react";
import { isTaken } from "../core/focus_target.js";
import { usePicking } from "./selection.js";
import { shownNumbers } from "./task_rows.js";

const ROW = ".task[data-number]";
const CONTROLS = "a, button, input, select, textarea";
const SEARCH = "search-tasks";
const ADD = "add-task";

const rowOf = (element) => element?.closest?.(ROW);
const numberOf = (row) => Number(row.dataset.number);
/** What has the focus when its row has: the checkbox, or the title of a deleted task. */
const heartOf = (row) => row.querySelector(".tick") ?? row.querySelector("button");
const press = (row, act) => {
  const part = row.querySelector(`[data-act=${act}]`);
  (part?.matches("button, input") ? part : part?.querySelector("button"))?.click();
};

const goTo = (row) => {
  heartOf(row).focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
};

/** Keeps one row's controls in the order of the Tab key, and the focus in the list when its row goes away. */
class Walk {
  constructor(list) {
    this.list = list;
    this.current = 0; // the number of the row that Tab leads to
    this.visited = false; // whether the person has been there; else it is the first row
    this.order = [];
    this.inside = false; // whether the focus was here last
    this.awaits = false; // whether the person wants to go on beyond the last row
  }

  row = (number) => this.list.querySelector(`.task[data-number="${number}"]`);
  rows = () => [...this.list.querySelectorAll(ROW)];

  mark(row, tabIndex) {
    row?.querySelectorAll(CONTROLS).forEach((control) => { control.tabIndex = tabIndex; });
  }

  choose(row) {
    const number = row ? numberOf(row) : 0;
    if (number !== this.current) this.mark(this.row(this.current), -1);
    this.current = number;
    this.mark(row, 0);
  }

  /** Rows have come, gone or been drawn anew. */
  settle(changed) {
    const gone = this.current && !this.row(this.current);
    const lost = this.inside && document.activeElement === document.body;
    for (const node of changed) {
      const rows = rowOf(node) ? [rowOf(node)] : node.querySelectorAll?.(ROW) ?? [];
      rows.forEach((row) => this.mark(row, -1));
    }
    const next = gone ? this.neighbour() : (this.visited && this.row(this.current)) || this.list.querySelector(ROW);
    this.choose(next);
    if (lost) next ? goTo(next) : document.getElementById(ADD)?.focus();
    this.order = shownNumbers();
    if (this.awaits) this.step(1);
  }

  /** The row that stands where the current one stood. */
  neighbour() {
    const at = this.order.indexOf(this.current);
    const after = [...this.order.slice(at + 1), ...this.order.slice(0, Math.max(at, 0)).reverse()];
    const number = after.find((other) => this.row(other));
    return number ? this.row(number) : this.list.querySelector(ROW);
  }

  step(by) {
    const rows = this.rows();
    const next = rows[rows.indexOf(this.row(this.current)) + by];
    this.awaits = by > 0 && !next; // the next page comes by itself, for the end of the list is in sight
    if (next) goTo(next);
  }

  enter() {
    const row = this.row(this.current) ?? this.list.querySelector(ROW);
    if (row) goTo(row);
    return !!row;
  }
}

const MOVES = {
  ArrowDown: (walk) => walk.step(1),
  ArrowUp: (walk) => walk.step(-1),
  j: (walk) => walk.step(1),
  k: (walk) => walk.step(-1),
  Home: (walk) => goTo(walk.rows()[0]),
  End: (walk) => goTo(walk.rows().at(-1)),
};
const ACTS = { e: "edit", d: "date", x: "select", Delete: "delete", Backspace: "delete" };

/** The list itself, a `ul`. */
export function ListKeys({ children, ...props }) {
  const list = useRef(null);
  const walk = useRef(null);
  const picking = usePicking();
  useEffect(() => {
    const walking = walk.current = new Walk(list.current);
    const observer = new MutationObserver((records) => walking.settle(records.flatMap(({ addedNodes }) => [...addedNodes])));
    observer.observe(list.current, { childList: true, subtree: true });
    walking.settle([list.current]);
    const follow = ({ target }) => { walking.inside = list.current.contains(target); };
    // A finger leaves no focus behind: the row below would lay out its buttons.
    const point = ({ target, pointerType }) => { walking.inside = pointerType !== "touch" && list.current.contains(target); };
    const enter = (event) => {
      const fromSearch = event.key === "ArrowDown" && event.target.id === SEARCH && !event.isComposing;
      const byLetter = (event.key === "j" || event.key === "k") && !isTaken(event);
      if ((fromSearch || byLetter) && walking.enter()) event.preventDefault();
    };
    document.addEventListener("focusin", follow);
    document.addEventListener("pointerdown", point);
    document.addEventListener("keydown", enter);
    return () => {
      observer.disconnect();
      document.removeEventListener("focusin", follow);
      document.removeEventListener("pointerdown", point);
      document.removeEventListener("keydown", enter);
    };
  }, []);
  const keyDown = (event) => {
    const row = rowOf(event.target);
    // A row that is being dragged has the arrows.
    if (!row || event.shiftKey || isTaken(event.nativeEvent) || list.current.querySelector("[data-dragged=true]")) return;
    if (MOVES[event.key]) MOVES[event.key](walk.current);
    else if (ACTS[event.key]) press(row, ACTS[event.key]);
    else if (event.key === "Enter" && event.target.matches(".tick")) press(row, "open");
    else return;
    event.preventDefault();
  };
  const focus = ({ target }) => {
    walk.current.awaits = false;
    walk.current.visited = true;
    walk.current.choose(rowOf(target) ?? null);
  };
  return h("ul", { ...props, ref: list, "data-picking": picking, onKeyDown: keyDown, onFocus: focus }, children);
}
