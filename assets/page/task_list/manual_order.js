// The list in the order by hand: its rows are dragged by mouse, finger or keys, and moved by Alt and an arrow.
import { DndContext, KeyboardSensor, MouseSensor, TouchSensor, closestCenter, useSensor, useSensors } from "@dnd-kit/core";
import { SortableContext, sortableKeyboardCoordinates, useSortable, verticalListSortingStrategy } from "@dnd-kit/sortable";
import { createContext, createElement as h, useContext, useState, useSyncExternalStore } from "react";
import { flushSync } from "react-dom";
import { ListKeys } from "./list_keys.js";
import { moveRow, shownNumbers, subscribeRows } from "./task_rows.js";

const Order = createContext(null); // the words of the handles; null in every other order
const Row = createContext(null);

const MOUSE = { activationConstraint: { distance: 4 } };
const TOUCH = { activationConstraint: { delay: 120, tolerance: 8 } };
const KEYS = { coordinateGetter: sortableKeyboardCoordinates };
const upAndDown = ({ transform }) => ({ ...transform, x: 0 });

/** Puts the row at another place, and tells the server its neighbours there. */
function useMoving({ onMove, moved }) {
  const [said, say] = useState("");
  const move = (number, to) => {
    const order = shownNumbers();
    const from = order.indexOf(number);
    if (from < 0 || to === from || to < 0 || to >= order.length) return;
    const others = order.filter((other) => other !== number);
    onMove(number, others[to - 1] ?? 0, others[to] ?? 0);
    flushSync(() => {
      say(moved.replace("{position}", to + 1));
      moveRow(number, others[to] ?? 0);
    });
  };
  return [move, said];
}

/** A list whose rows can be moved while it is `byHand`. */
export function RowsByHand({ byHand, handle, help, moved, onMove, children, ...props }) {
  const [move, said] = useMoving({ onMove, moved });
  const numbers = useSyncExternalStore(subscribeRows, shownNumbers, shownNumbers); // drawn before its rows are
  const sensors = useSensors(useSensor(MouseSensor, MOUSE), useSensor(TouchSensor, TOUCH), useSensor(KeyboardSensor, KEYS));
  if (!byHand) return h(ListKeys, props, children);
  const placeOf = (over) => (over ? moved.replace("{position}", shownNumbers().indexOf(over.id) + 1) : "");
  const announcements = {
    onDragStart: () => undefined,
    onDragOver: ({ over }) => placeOf(over),
    onDragEnd: () => undefined, // said once the row is there
    onDragCancel: () => undefined,
  };
  const keyDown = (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const row = event.target.closest(".task[data-number]");
    if (!step || !event.altKey || !row) return;
    event.preventDefault();
    const number = Number(row.dataset.number);
    const focused = document.activeElement;
    move(number, shownNumbers().indexOf(number) + step);
    // A row that is put elsewhere in the document loses the focus.
    focused.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };
  const dragEnd = ({ active, over }) => over && move(active.id, shownNumbers().indexOf(over.id));
  const accessibility = { announcements, screenReaderInstructions: { draggable: help } };
  return h(
    DndContext,
    { sensors, collisionDetection: closestCenter, modifiers: [upAndDown], onDragEnd: dragEnd, accessibility },
    h(
      SortableContext,
      { items: numbers, strategy: verticalListSortingStrategy },
      h(Order.Provider, { value: handle }, h(ListKeys, { ...props, "data-by-hand": "", onKeyDownCapture: keyDown }, children)),
    ),
    h("div", { className: "sr-only", "aria-live": "polite" }, said),
  );
}

/** One row of it. */
export function RowItem({ number, ...props }) {
  return useContext(Order) === null ? h("li", props) : h(SortableItem, { number, ...props });
}

function SortableItem({ number, ...props }) {
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, transition, isDragging } = useSortable({ id: number });
  const style = { transform: transform ? `translate3d(0, ${Math.round(transform.y)}px, 0)` : undefined, transition };
  const grip = { described: attributes["aria-describedby"], listeners, ref: setActivatorNodeRef };
  return h(Row.Provider, { value: grip }, h("li", { ...props, ref: setNodeRef, style, "data-dragged": isDragging }));
}

/** What a row is dragged by; nothing in every other order. */
export function DragHandle({ number, children, ...props }) {
  const label = useContext(Order);
  const row = useContext(Row);
  if (!row) return null;
  const name = label.replace("{number}", number);
  const grip = { ref: row.ref, "aria-describedby": row.described, ...row.listeners };
  return h("button", { ...props, ...grip, type: "button", "aria-label": name, title: name }, children);
}
