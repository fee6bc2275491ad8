// A link that leaves the page.
import { createElement as h } from "react";

/** A link that the browser itself follows. */
export function PlainLink({ node, children, ...props }) {
  return h("a", props, children);
}
