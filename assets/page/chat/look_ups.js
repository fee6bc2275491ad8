// The button that shows and hides what an answer looked up; assets/styles/chat.css hides it at first.
import { createElement as h, useRef, useState } from "react";

export function LookUps({ label, children, ...props }) {
  const [open, setOpen] = useState(false);
  const button = useRef(null);
  const toggle = () => {
    button.current.closest("article").toggleAttribute("data-look-ups", !open);
    setOpen(!open);
  };
  return h("button", { ...props, ref: button, type: "button", title: label, "aria-label": label, "aria-expanded": open, onClick: toggle }, children);
}
