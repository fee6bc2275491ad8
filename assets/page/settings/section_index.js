// The index of the settings: links to the sections of the page, which is opened at the one that the address names.
import { createElement as h, useEffect } from "react";

export function SectionIndex(props) {
  useEffect(() => {
    document.getElementById(location.hash.slice(1))?.scrollIntoView(); // newer browsers return a promise, which is no cleanup
  }, []);
  return h("nav", props);
}
