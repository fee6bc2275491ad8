// Pasted lines as the text of the add line, and that text in pieces that can be sent.
const SENT_MAX = 10000; // characters sent of a sentence, as the socket allows; a title has far fewer
// As in task_list_state/pasted_lines.py. The field has a single line.
const LINE_MARK = "⏎"; // for a line break
const STEP_MARK = "↳"; // before an indented line
const LINE_JOINT = ` ${LINE_MARK} `;
const LINES_MAX = 100; // lines sent together

/** Return whether these lines can be sent together. */
const fit = (lines) => lines.length <= LINES_MAX && lines.join(LINE_JOINT).length <= SENT_MAX;

/** Join groups of lines (a task and its steps) to pieces that fit, as each line by itself does; split only a group that does not. */
function packed(groups) {
  const pieces = [];
  for (const group of groups) {
    if (pieces.length && fit([...pieces.at(-1), ...group])) pieces.at(-1).push(...group);
    else if (fit(group)) pieces.push([...group]);
    else pieces.push(...packed(group.map((line) => [line])));
  }
  return pieces;
}

/** Return the text of the field, "Pack ⏎ ↳ Socks ⏎ Call Mia", in pieces that can be sent; steps that do not fit beside their task become tasks. */
export function piecesOf(text) {
  const lines = text.split(LINE_MARK).map((line) => line.trim().slice(0, SENT_MAX)).filter(Boolean);
  const families = [];
  for (const line of lines) {
    if (families.length && line.startsWith(STEP_MARK)) families.at(-1).push(line);
    else families.push([line]);
  }
  return packed(families).map((piece) => piece.join(LINE_JOINT));
}

/** Return pasted lines as one for the field, in which those indented deeper than their task are its steps; "" for a single line. */
export function oneLineOf(text) {
  const lines = text.split(/[\r\n]+/).filter((line) => line.trim());
  let taskIndent = Infinity; // of the last task
  const marked = lines.map((line) => {
    const indent = line.match(/^\s*/)[0].replace(/\t/g, "    ").length;
    if (indent > taskIndent) return `${STEP_MARK} ${line.trim()}`;
    taskIndent = indent;
    return line.trim();
  });
  return lines.length > 1 ? marked.join(LINE_JOINT) : "";
}
