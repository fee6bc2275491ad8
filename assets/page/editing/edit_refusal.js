// Edits that the server may refuse: how a field says why, and how a text that was shown at once returns to its editor.
import { createElement as h, useId, useLayoutEffect, useRef, useState } from "react";

const sentTexts = new Map(); // by editor: the last text sent, and how to reopen the editor

/** Call `reopen(text, problem)` if the server refuses this text of the editor, whose name is unique on the page. */
export const onRefusal = (editor, text, reopen) => sentTexts.set(editor, { text: text.trim(), reopen });

/** Return the attributes of a field whose text has this problem, "" for none, and the element that says it. */
export function useProblem(problem, props) {
  const id = useId();
  if (!problem) return [{}, null];
  return [{ "aria-invalid": "true", "aria-describedby": id }, h("p", { ...props, id }, problem)];
}

/**
 * Return whether an editor is `open`, the `refused` { text, problem } that it shows (null for none), and what changes that:
 * `begin` and `end`, and a `reopen` for onRefusal.
 */
export function useEditor() {
  const [open, setOpen] = useState(false);
  const [refused, setRefused] = useState(null);
  const isOpen = useRef(false);
  isOpen.current = open;
  const end = () => {
    setOpen(false);
    setRefused(null);
  };
  const reopen = (text, problem) => {
    if (isOpen.current) return; // the user types another text
    setRefused({ text, problem });
    setOpen(true);
  };
  return { open, refused, begin: () => setOpen(true), end, reopen };
}

/** Returns the latest refused text to its editor, once, unless another one was sent from there since. */
export function EditRefusal({ refusal }) {
  useLayoutEffect(() => {
    const sent = sentTexts.get(refusal.editor);
    if (sent?.text !== refusal.text.trim()) return;
    sentTexts.delete(refusal.editor);
    sent.reopen(refusal.text, refusal.problem);
  }, [refusal.token]);
  return null;
}
