// The rows of the task list, as the patches of the server make them.
import { useEffect, useSyncExternalStore } from "react";
import { isAnswered, question, subscribeAnswers } from "../core/pending_input.js";

const LEAVING_MS = 2500; // how long a ticked task is still seen

// `order` holds numbers and `rows` what is known of each. A row that is the same stays the same object, so that only
// what changed is drawn again.
let list = { patch: 0, order: [], rows: new Map() };
let lost = false;
let moves = []; // what the person moved and the server has not answered yet, the oldest first: { asked, number, before }
const leaving = new Map();
const listeners = new Set();
const tell = () => listeners.forEach((listener) => listener());
/** Calls the listener when the list has changed. */
export const subscribeRows = (listener) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

const leave = (number) => {
  leaving.delete(number);
  const rows = new Map(list.rows);
  rows.delete(number);
  list = { ...list, order: list.order.filter((other) => other !== number), rows };
  tell();
};

const stay = (number) => {
  clearTimeout(leaving.get(number));
  leaving.delete(number);
};

const apply = (patch) => {
  const anew = patch.after === 0;
  if (anew) {
    leaving.forEach((_, number) => stay(number));
    moves = [];
  }
  const rows = anew ? new Map() : new Map(list.rows);
  const placed = new Set(patch.places.map(([number]) => number));
  const gone = new Set(patch.gone);
  let order = anew ? [] : list.order.filter((number) => !gone.has(number) && !placed.has(number));
  gone.forEach((number) => rows.delete(number));
  patch.rows.forEach((row) => rows.set(row.number, row));
  for (const [number, before] of patch.places) {
    stay(number);
    const at = before ? order.indexOf(before) : -1;
    if (at < 0) order.push(number);
    else order.splice(at, 0, number);
  }
  for (const number of patch.leaving) {
    stay(number);
    leaving.set(number, setTimeout(() => leave(number), LEAVING_MS));
  }
  list = { patch: patch.id, order, rows };
};

const take = (patches) => {
  for (const patch of patches) {
    if (patch.id <= list.patch) continue;
    if (patch.after !== 0 && patch.after !== list.patch) {
      lost = true;
      return;
    }
    lost = false;
    apply(patch);
  }
};

subscribeAnswers(() => {
  const open = moves.filter(({ asked }) => !isAnswered(asked));
  if (open.length === moves.length) return;
  moves = open;
  list = { ...list };
  tell();
});

const placed = (order, { number, before }) => {
  if (!order.includes(number)) return order;
  const others = order.filter((other) => other !== number);
  if (before && !others.includes(before)) return order; // it went meanwhile
  return others.toSpliced(before ? others.indexOf(before) : others.length, 0, number);
};

let shown = { of: null, order: [], rows: [] };
/** The rows in their order; each is { number, row, heading }, with the heading of a group at its first row. */
const snapshot = () => {
  if (shown.of !== list) {
    const old = new Map(shown.rows.map((entry) => [entry.number, entry]));
    let group = "";
    const order = moves.reduce(placed, list.order);
    const rows = order.map((number) => {
      const row = list.rows.get(number);
      const heading = row.group === group ? "" : row.group;
      group = row.group;
      const before = old.get(number);
      return before?.row === row && before.heading === heading ? before : { number, row, heading };
    });
    shown = { of: list, order, rows };
  }
  return shown.rows;
};

/** The last patch that has been taken in. */
export const lastPatch = () => list.patch;

/** The numbers of the rows, from the top. */
export const shownNumbers = () => {
  snapshot();
  return shown.order;
};

/**
 * Puts the row before another one, or last where there is none, over whatever patches come, until the server has
 * answered what it was told before: then it stands where the server says.
 */
export function moveRow(number, before) {
  moves = [...moves, { asked: question(), number, before }];
  list = { ...list };
  tell();
}

/** Lets a ticked row stay that was about to leave, until the server says otherwise: its tick was taken back. */
export const stayRow = stay;

/** The rows that all patches so far make, with the open moves on top. */
export function useTaskRows(patches) {
  take(patches);
  useEffect(tell, [patches]); // whoever else looks at the rows was drawn before them
  return useSyncExternalStore(subscribeRows, snapshot, snapshot);
}

/** Says so when a patch was missed: `patches` holds only the newest. */
export function LostPatches({ patches, onLost }) {
  useEffect(() => {
    take(patches);
    if (lost) onLost();
  }, [patches]);
  return null;
}
