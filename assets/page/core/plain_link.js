// A link that causes a page load.
import { createElement as h } from "react";

/** A link that the browser follows, not the router. */
export function PlainLink({ node, children, ...props }) {
  return h("a", props, children);
}
