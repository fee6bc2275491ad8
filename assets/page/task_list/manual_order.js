// Manual order: items are dragged by mouse, touch or keys, or moved by Alt and an arrow. Keys: domain/tasks/positions.py.
import { DndContext, KeyboardSensor, MouseSensor, TouchSensor, closestCenter, useSensor, useSensors } from "@dnd-kit/core";
import { SortableContext, sortableKeyboardCoordinates, useSortable, verticalListSortingStrategy } from "@dnd-kit/sortable";
import { Children, createContext, createElement as h, useContext, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { flushSync } from "react-dom";
import * as words from "$/utils/words";
import { useGettext } from "../core/language.js";
import { ListKeys } from "./list_keys.js";
import { isStep, moveRow, shownNumbers, siblingsOf, subscribeRows } from "./task_rows.js";

const Sorting = createContext(null); // { all, label }: whether all items can be moved, and the label of the drag handles
const RowHandle = createContext(null); // { ref, listeners, described }: what an item's handle gets; null if it cannot be moved

const MOUSE = { activationConstraint: { distance: 4 } };
const TOUCH = { activationConstraint: { delay: 120, tolerance: 8 } };
const KEYS = { coordinateGetter: sortableKeyboardCoordinates };
const verticalOnly = ({ transform }) => ({ ...transform, x: 0 });

/**
 * A list, rendered by the component `as`, of which the numbers in `items` can be moved (`all`: every item can), each among its
 * `siblings(number)`. After a move `place(number, others, to)` shows the item at the place `to` among its other siblings, and
 * `onMove(number, above, below)` sends the server the numbers of its new neighbours, 0 for none. Of [3, 7, 9], moving 9 to
 * the front calls onMove(9, 0, 3) and place(9, [3, 7], 0).
 */
function Sortable({ as, items, siblings, place, onMove, all, children, ...props }) {
  const gettext = useGettext();
  const moved = gettext(words.MOVED_TO);
  const [announcement, setAnnouncement] = useState("");
  const sensors = useSensors(useSensor(MouseSensor, MOUSE), useSensor(TouchSensor, TOUCH), useSensor(KeyboardSensor, KEYS));
  const label = gettext(words.MOVE_TASK);
  const sorting = useMemo(() => ({ all, label }), [all, label]);
  const placeOf = (number) => siblings(number).indexOf(number);
  const move = (number, to) => { // `to`: its new place among its siblings, from 0
    const from = placeOf(number);
    const others = siblings(number).filter((other) => other !== number);
    if (from < 0 || to === from || to < 0 || to > others.length) return;
    onMove(number, others[to - 1] ?? 0, others[to] ?? 0);
    flushSync(() => {
      setAnnouncement(moved.replace("{position}", to + 1));
      place(number, others, to);
    });
  };
  const closestSibling = (args) => {
    const among = new Set(siblings(args.active.id));
    return closestCenter({ ...args, droppableContainers: args.droppableContainers.filter(({ id }) => among.has(id)) });
  };
  const announcements = {
    onDragStart: () => undefined,
    onDragOver: ({ over }) => (over ? moved.replace("{position}", placeOf(over.id) + 1) : ""),
    onDragEnd: () => undefined, // `move` announces it
    onDragCancel: () => undefined,
  };
  const keyDown = (event) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const row = event.target.closest("[data-number]");
    const number = Number(row?.dataset.number);
    if (!by || !event.altKey || !items.includes(number)) return;
    event.preventDefault();
    move(number, placeOf(number) + by); // the focus stays: React gives it back to a row that it has moved
    row.scrollIntoView({ block: "nearest" });
  };
  const dragEnd = ({ active, over }) => over && move(active.id, placeOf(over.id));
  const accessibility = { announcements, screenReaderInstructions: { draggable: gettext(words.MOVE_HELP) } };
  return h(DndContext, { sensors, collisionDetection: closestSibling, modifiers: [verticalOnly], onDragEnd: dragEnd, accessibility },
    h(SortableContext, { items, strategy: verticalListSortingStrategy },
      h(Sorting.Provider, { value: sorting }, h(as, { ...props, onKeyDownCapture: keyDown }, children))),
    h("div", { className: "sr-only", "aria-live": "polite" }, announcement));
}

/**
 * Show the row before the sibling at its new place, else last in the list (0 for moveRow). A step that becomes the last one
 * stands before the row after the steps: of task 3, its steps 4 and 5, and task 8, step 4 moved down stands before 8.
 */
const placeRow = (number, others, to) => {
  const order = shownNumbers();
  const afterSteps = isStep(number) ? order[order.indexOf(siblingsOf(number).at(-1)) + 1] : undefined;
  moveRow(number, others[to] ?? afterSteps ?? 0);
};

/** The list of tasks, whose rows can be moved while `byHand` is true; steps below their tasks always can. */
export function SortableRows({ byHand, onMove, ...props }) {
  const numbers = useSyncExternalStore(subscribeRows, shownNumbers, shownNumbers); // rendered before its rows
  const items = byHand ? numbers : numbers.filter(isStep);
  const send = (number, above, below) => onMove(number, above, below, isStep(number));
  const mark = byHand ? "" : undefined;
  return h(Sortable, { ...props, "data-by-hand": mark, as: ListKeys, items, siblings: siblingsOf, place: placeRow, onMove: send, all: byHand });
}

/**
 * The steps of the open task; `numbers` are those of its children, in order. After a move the user's order is shown at once
 * (`items`), until the server's arrives as new `numbers`. If steps were added or removed, the server's order is shown at once.
 */
export function SortableSteps({ numbers, onMove, children, ...props }) {
  const [items, setItems] = useState(numbers);
  useEffect(() => setItems(numbers), [String(numbers)]); // after the rendering, in which `items` may still be older
  const step = new Map(Children.toArray(children).map((child, at) => [numbers[at], child]));
  const areSame = items.length === numbers.length && items.every((number) => step.has(number)); // perhaps in another order
  const order = areSame ? items : numbers;
  const place = (number, others, to) => setItems(others.toSpliced(to, 0, number));
  const send = (number, above, below) => onMove(number, above, below, true);
  const sorted = order.map((number) => step.get(number));
  return h(Sortable, { ...props, as: "ul", items: order, siblings: () => order, place, onMove: send, all: true }, sorted);
}

/** An item; `step`: whether it is a step below its task. */
export function RowItem({ number, step, ...props }) {
  return useContext(Sorting).all || step ? h(SortableItem, { number, ...props }) : h("li", props);
}

function SortableItem({ number, ...props }) {
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, transition, isDragging } = useSortable({ id: number });
  const style = { transform: transform ? `translate3d(0, ${Math.round(transform.y)}px, 0)` : undefined, transition };
  const handle = { described: attributes["aria-describedby"], listeners, ref: setActivatorNodeRef };
  const marks = { "data-sortable": "", "data-dragged": isDragging };
  return h(RowHandle.Provider, { value: handle }, h("li", { ...props, ...marks, ref: setNodeRef, style }));
}

/** The handle that drags an item; renders nothing if it cannot be moved. */
export function DragHandle({ number, children, ...props }) {
  const { label } = useContext(Sorting);
  const row = useContext(RowHandle);
  if (!row) return null;
  const name = label.replace("{number}", number);
  const dragProps = { ref: row.ref, "aria-describedby": row.described, ...row.listeners };
  return h("button", { ...props, ...dragProps, type: "button", "aria-label": name, title: name }, children);
}
