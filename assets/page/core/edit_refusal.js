// Edits that are shown at once and that the server may refuse.
import { useLayoutEffect } from "react";

const reopenings = new Map(); // by editor

/** Call `reopen(text, problem)` if the server refuses a text of this editor, whose name is unique on the page. */
export const onRefusal = (editor, reopen) => reopenings.set(editor, reopen);

/** Returns the latest refused text to its editor. */
export function EditRefusal({ refusal }) {
  useLayoutEffect(() => { reopenings.get(refusal.editor)?.(refusal.text, refusal.problem); }, [refusal.token]);
  return null;
}
