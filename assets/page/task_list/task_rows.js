// The rows of the task list, built from the server's patches.
import { useEffect, useSyncExternalStore } from "react";
import { listenerSet } from "../core/listeners.js";
import { afterPress } from "../editing/pointer_press.js";
import { isSynced, requestSync, subscribeSync } from "../pending/pending_input.js";

const LEAVING_MS = 2500; // how long a completed task stays visible

// The list by the server's patches: the id of the last `patch`, the task numbers in `order`, and the row of each number.
const list = { patch: 0, order: [], rows: new Map() };
const leaving = new Map(); // the timer of each row that is about to disappear, by its number
let moves = []; // the user's moves that the server has not processed yet, oldest first: { request, number, before }
let shown = { order: [], rows: [] }; // the list after these moves: the numbers, and what useTaskRows returns
const { notify, subscribe } = listenerSet();
/** Call the listener when the shown rows have changed. Returns a function that unsubscribes it. */
export const subscribeRows = subscribe;

/** Return the rows made by all patches so far, with the open moves applied. A patch is applied once, in whichever render. */
export function useTaskRows(patches) {
  applyNew(patches);
  useEffect(notify, [patches]); // other users of the rows were rendered before these patches were applied
  return useSyncExternalStore(subscribeRows, shownRows, shownRows);
}

/** Calls `onLost` when a patch was missed: `patches` holds only the newest. */
export function LostPatches({ patches, onLost }) {
  useEffect(() => { if (applyNew(patches)) onLost(); }, [patches]);
  return null;
}

/** Apply the patches that are new, up to a gap; return whether there is one. */
const applyNew = (patches) => {
  for (const patch of patches.filter(({ id }) => id > list.patch)) {
    const isNewList = patch.after === 0;
    if (!isNewList && patch.after !== list.patch) return true;
    apply(patch);
  }
  return false;
};

/** Apply a patch: `ListPatch` in taskchat_app/ui/task_list_state/list_patches.py describes its fields. */
const apply = (patch) => {
  const isNewList = patch.after === 0;
  if (isNewList) {
    leaving.forEach((_, number) => cancelLeaving(number));
    moves = [];
    Object.assign(list, { order: [], rows: new Map() });
  }
  patch.gone.forEach((number) => list.rows.delete(number));
  patch.rows.forEach((row) => list.rows.set(row.number, row));
  const removed = new Set([...patch.gone, ...patch.places.map(([number]) => number)]); // from their former places
  const order = list.order.filter((number) => !removed.has(number));
  for (const [number, before] of patch.places) {
    cancelLeaving(number);
    const place = before ? order.indexOf(before) : -1;
    if (place < 0) order.push(number);
    else order.splice(place, 0, number);
  }
  patch.leaving.forEach(removeLater);
  Object.assign(list, { patch: patch.id, order });
  makeShown();
};

const removeRow = (number) => {
  leaving.delete(number);
  list.rows.delete(number);
  list.order = list.order.filter((other) => other !== number);
  update();
};

/** Remove the row after a while, and not during a press: the rows below move up. */
const removeLater = (number) => {
  cancelLeaving(number);
  const removeUnlessKept = () => leaving.get(number) === timer && removeRow(number);
  const timer = setTimeout(() => afterPress(removeUnlessKept), LEAVING_MS);
  leaving.set(number, timer);
};

/** Keep a row that was about to disappear: its task was reopened, or the row has a new place. */
export const cancelLeaving = (number) => {
  clearTimeout(leaving.get(number));
  leaving.delete(number);
};

/**
 * Show the row with its steps before the row `before`, or last for 0, until the server has processed the move. Patches that
 * arrive meanwhile do not change that; from then on the server's order counts.
 */
export function moveRow(number, before) {
  moves = [...moves, { request: requestSync(), number, before }];
  update();
}

subscribeSync(() => {
  const open = moves.filter(({ request }) => !isSynced(request));
  if (open.length === moves.length) return;
  moves = open;
  update();
});

const update = () => {
  makeShown();
  notify();
};

/**
 * Make the shown rows, each { number, row, heading }; the heading is "" but in the first row of a group. An unchanged entry stays
 * the same object, so that React renders only changed rows.
 */
const makeShown = () => {
  const former = new Map(shown.rows.map((entry) => [entry.number, entry]));
  let group = "";
  const order = moves.reduce(withMove, list.order);
  const rows = order.map((number) => {
    const row = list.rows.get(number);
    const beginsGroup = !isStep(number) && row.group !== group; // a step stands under the heading of its task
    if (beginsGroup) group = row.group;
    const heading = beginsGroup ? row.group : "";
    const entry = former.get(number);
    return entry?.row === row && entry.heading === heading ? entry : { number, row, heading };
  });
  shown = { order, rows };
};

/** Return the order with one of `moves` made: the row with its steps stands before `before`, or last if that is 0. */
const withMove = (order, { number, before }) => {
  if (!order.includes(number)) return order;
  const isMoved = (other) => other === number || parentOf(other) === number;
  const others = order.filter((other) => !isMoved(other));
  if (before && !others.includes(before)) return order; // `before` has disappeared
  return others.toSpliced(before ? others.indexOf(before) : others.length, 0, ...order.filter(isMoved));
};

/** Return the number of the task that the row stands below as a step; 0 for other rows, as a step whose task is not listed. */
const parentOf = (number) => {
  const row = list.rows.get(number);
  return row?.parent_title ? 0 : row?.parent ?? 0;
};

export const isStep = (number) => parentOf(number) !== 0;

export const lastPatch = () => list.patch;
const shownRows = () => shown.rows;
export const shownNumbers = () => shown.order;

/** Return the numbers of the rows that stand at the same level, without steps or below the same task, in order. */
export const siblingsOf = (number) => shownNumbers().filter((other) => parentOf(other) === parentOf(number));
