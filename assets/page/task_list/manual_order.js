// Manual order: rows are dragged by mouse, touch or keys, or moved by Alt and an arrow. Keys: domain/tasks/positions.py.
import { DndContext, KeyboardSensor, MouseSensor, TouchSensor, closestCenter, useSensor, useSensors } from "@dnd-kit/core";
import { SortableContext, sortableKeyboardCoordinates, useSortable, verticalListSortingStrategy } from "@dnd-kit/sortable";
import { createContext, createElement as h, useContext, useState, useSyncExternalStore } from "react";
import { flushSync } from "react-dom";
import * as words from "$/utils/words";
import { useGettext } from "../core/language.js";
import { ListKeys } from "./list_keys.js";
import { moveRow, shownNumbers, subscribeRows } from "./task_rows.js";

const HandleLabel = createContext(null); // the label of the drag handles; null if the list is not in manual order
const RowHandle = createContext(null);

const MOUSE = { activationConstraint: { distance: 4 } };
const TOUCH = { activationConstraint: { delay: 120, tolerance: 8 } };
const KEYS = { coordinateGetter: sortableKeyboardCoordinates };
const verticalOnly = ({ transform }) => ({ ...transform, x: 0 });

/** Return a function that moves a row and sends its new neighbours to the server, and the text to announce. */
function useMoving(onMove, moved) {
  const [announcement, setAnnouncement] = useState("");
  const move = (number, to) => {
    const order = shownNumbers();
    const from = order.indexOf(number);
    if (from < 0 || to === from || to < 0 || to >= order.length) return;
    const others = order.filter((other) => other !== number);
    onMove(number, others[to - 1] ?? 0, others[to] ?? 0);
    flushSync(() => {
      setAnnouncement(moved.replace("{position}", to + 1));
      moveRow(number, others[to] ?? 0);
    });
  };
  return [move, announcement];
}

/** A list whose rows can be moved while `byHand` is true. */
export function SortableRows({ byHand, onMove, children, ...props }) {
  const gettext = useGettext();
  const moved = gettext(words.MOVED_TO);
  const [move, announcement] = useMoving(onMove, moved);
  const numbers = useSyncExternalStore(subscribeRows, shownNumbers, shownNumbers); // rendered before its rows
  const sensors = useSensors(useSensor(MouseSensor, MOUSE), useSensor(TouchSensor, TOUCH), useSensor(KeyboardSensor, KEYS));
  if (!byHand) return h(ListKeys, props, children);
  const positionText = (over) => (over ? moved.replace("{position}", shownNumbers().indexOf(over.id) + 1) : "");
  const announcements = {
    onDragStart: () => undefined,
    onDragOver: ({ over }) => positionText(over),
    onDragEnd: () => undefined, // useMoving announces it after the move
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
    // A row that is moved within the document loses the focus.
    focused.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };
  const dragEnd = ({ active, over }) => over && move(active.id, shownNumbers().indexOf(over.id));
  const accessibility = { announcements, screenReaderInstructions: { draggable: gettext(words.MOVE_HELP) } };
  return h(
    DndContext,
    { sensors, collisionDetection: closestCenter, modifiers: [verticalOnly], onDragEnd: dragEnd, accessibility },
    h(
      SortableContext,
      { items: numbers, strategy: verticalListSortingStrategy },
      h(HandleLabel.Provider, { value: gettext(words.MOVE_TASK) }, h(ListKeys, { ...props, "data-by-hand": "", onKeyDownCapture: keyDown }, children)),
    ),
    h("div", { className: "sr-only", "aria-live": "polite" }, announcement),
  );
}

/** A row of `SortableRows`. */
export function RowItem({ number, ...props }) {
  return useContext(HandleLabel) === null ? h("li", props) : h(SortableItem, { number, ...props });
}

function SortableItem({ number, ...props }) {
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, transition, isDragging } = useSortable({ id: number });
  const style = { transform: transform ? `translate3d(0, ${Math.round(transform.y)}px, 0)` : undefined, transition };
  const handle = { described: attributes["aria-describedby"], listeners, ref: setActivatorNodeRef };
  return h(RowHandle.Provider, { value: handle }, h("li", { ...props, ref: setNodeRef, style, "data-dragged": isDragging }));
}

/** The handle that drags a row; renders nothing if the list is not in manual order. */
export function DragHandle({ number, children, ...props }) {
  const label = useContext(HandleLabel);
  const row = useContext(RowHandle);
  if (!row) return null;
  const name = label.replace("{number}", number);
  const dragProps = { ref: row.ref, "aria-describedby": row.described, ...row.listeners };
  return h("button", { ...props, ...dragProps, type: "button", "aria-label": name, title: name }, children);
}
