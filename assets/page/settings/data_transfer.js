// The import in the settings: sends a file to the API, shows what it would import, imports it and undoes that.
import { createElement as h, Fragment, useState } from "react";
import { IMPORT, IMPORT_FORMATS } from "$/utils/words";
import { answerOf, uploadRequest } from "../connection/api_requests.js";
import { dateLocale, inZone, useGettext } from "../core/language.js";

const SHOWN = 100; // remarks and tasks of an import that are listed
const FORMATS = { json: "taskchat", zip: "vikunja", ics: "ics", ical: "ics" };

export function ImportForm({ zone, ...props }) {
  const gettext = useGettext();
  const words = Object.fromEntries(Object.entries(IMPORT).map(([name, id]) => [name, gettext(id)]));
  const [file, setFile] = useState(null);
  const [format, setFormat] = useState("taskchat");
  const { state, run, undo, reset } = useImport(file, format, words);
  const isBusy = state.progress !== undefined;
  const conflicts = (state.conflicts ?? []).map(({ number, reason }) => ({ line: number ?? "", reason }));
  const choose = ({ target: { files: [chosen = null] } }) => {
    setFile(chosen);
    if (chosen) setFormat(formatOf(chosen, format));
    reset();
  };
  const chooseFormat = ({ target }) => {
    setFormat(target.value);
    reset();
  };
  const submit = (event) => {
    event.preventDefault();
    if (file && !isBusy) run(true);
  };
  const formats = Object.entries(IMPORT_FORMATS).map(([value, name]) => h("option", { key: value, value }, gettext(name)));
  return h("form", { ...props, onSubmit: submit },
    h("div", { className: "field" },
      h("label", { className: "field-label", htmlFor: "import-file" }, words.file),
      h("input", { id: "import-file", type: "file", className: "import-file", onChange: choose, disabled: isBusy })),
    h("div", { className: "field" },
      h("label", { className: "field-label", htmlFor: "import-format" }, words.format),
      h("select", { id: "import-format", className: "input", value: format, disabled: isBusy, onChange: chooseFormat }, formats)),
    h("button", { type: "submit", className: "button outline", disabled: !file, "aria-disabled": isBusy }, words.preview),
    isBusy && h(Progress, { ...state.progress, words }),
    state.error && h("p", { role: "alert", className: "field-error" }, state.error),
    h("p", { role: "status", className: "field-told" }, state.undone ?? (state.outcome && summary(state, words))),
    h(Remarks, { name: words.left, remarks: conflicts, head: "#", words }),
    state.outcome && h(Outcome, { ...state, words, zone, isBusy, onImport: () => isBusy || run(false), onUndo: () => isBusy || undo() }));
}

/**
 * Return the state of an import, { progress, error, outcome, isPreview, undone, conflicts } as far as they are known, and what
 * changes it: `run` imports the file or shows what would come, `undo` takes that back, `reset` forgets it.
 */
function useImport(file, format, words) {
  const [state, setState] = useState({});
  const run = async (isPreview) => {
    setState({ ...state, progress: {}, error: "" });
    try {
      const outcome = await send(file, format, isPreview, words.unreachable, (progress) => setState((now) => ({ ...now, progress })));
      setState({ outcome, isPreview });
    } catch (error) {
      setState({ error: error.message });
    }
  };
  const undo = async () => {
    const path = `/api/turns/${state.outcome.turn_id}/undo`;
    setState({ ...state, progress: {} });
    try {
      const { undone, conflicts } = await (await answerOf(path, words.unreachable, { method: "POST" })).json();
      setState({ undone: words.undone.replace("{count}", count(undone.length)), conflicts });
    } catch (error) {
      setState({ ...state, progress: undefined, error: error.message });
    }
  };
  return { state, run, undo, reset: () => setState({}) };
}

/**
 * Send the file; return the server's result. Calls `onProgress` with {share} of what is sent, then with {part, done, total,
 * share} of what the server has read.
 */
const send = (file, format, dryRun, unreachable, onProgress) =>
  new Promise((resolve, reject) => {
    const request = uploadRequest(`/api/import?${new URLSearchParams({ format, dry_run: dryRun })}`, (share) => onProgress({ share }));
    request.responseType = "text"; // can be read while it arrives
    request.setRequestHeader("Accept", "application/x-ndjson, application/problem+json");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onload = () => onProgress({});
    request.onprogress = () => onProgress(lastLine(request.responseText).progress ?? {});
    request.onload = () => {
      const { result, problem } = request.status === 200 ? lastLine(request.responseText) : { problem: parsed(request.responseText) };
      if (result) resolve(result);
      else reject(new Error(problem?.detail ?? unreachable));
    };
    request.onerror = () => reject(new Error(unreachable));
    request.send(file);
  });

/** Parse the last whole line of NDJSON: the text after the last line break is not complete yet. */
const lastLine = (text) => parsed(text.split("\n").at(-2) ?? "");

/** Parse JSON; return {} for other text, such as a proxy's error page. */
const parsed = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
};

const count = (number) => number.toLocaleString(document.documentElement.lang);

/** Return the format of a chosen file; for a text it is the chosen one if that is a kind of CSV. */
function formatOf(file, chosen) {
  const known = FORMATS[file.name.split(".").pop().toLowerCase()];
  const isCsvChosen = !Object.values(FORMATS).includes(chosen);
  return known ?? (isCsvChosen ? chosen : "csv");
}

/** A progress bar, which only moves while the share is not known, and the number of records. */
function Progress({ part, done, total, share, words }) {
  const counted = total > 0 && (words[`read_${part}`] ?? words.read_other).replace("{done}", count(done)).replace("{total}", count(total));
  return h(Fragment, null,
    h("progress", { "aria-label": words.reading, value: share ?? undefined }),
    counted && h("p", { className: "field-hint import-count" }, counted));
}

const summary = ({ outcome, isPreview }, words) =>
  (isPreview ? words.comes : words.came).replace("{tasks}", count(outcome.created)).replace("{conversations}", count(outcome.conversations));

/** A table of the first remarks, { line, reason }, below `name`; `total`: how many there are. */
function Remarks({ name, remarks, head, words, total = remarks.length }) {
  if (!remarks.length) return null;
  const rows = remarks.slice(0, SHOWN).map(({ line, reason }, at) =>
    h("tr", { key: at }, h("th", { scope: "row" }, `${head} ${line}`), h("td", { dir: "auto" }, reason)));
  const rest = total - rows.length;
  return h("div", { className: "import-remarks" },
    h("table", { className: "import-table" }, h("caption", null, name), h("tbody", null, rows)),
    rest > 0 && h("p", { className: "field-hint" }, words.more.replace("{count}", count(rest))));
}

function Outcome({ outcome, isPreview, words, zone, isBusy, onImport, onUndo }) {
  const { tasks, skipped, notes, created, conversations, settings, turn_id: turn } = outcome;
  const shown = tasks.slice(0, SHOWN).map(({ line, title, due_at: due, recurrence }) => ({
    line,
    reason: [title, due && dayOf(due, zone), recurrence].filter(Boolean).join(" · "),
  }));
  const canImport = isPreview && (created + conversations > 0 || settings);
  return h(Fragment, null,
    canImport && h("button", { type: "button", className: "button primary", "aria-disabled": isBusy, onClick: onImport }, words.import),
    turn && h("button", { type: "button", className: "button outline", "aria-disabled": isBusy, onClick: onUndo }, words.undo),
    h(Remarks, { name: words.skipped, remarks: skipped, head: words.line, words }),
    h(Remarks, { name: words.notes, remarks: notes, head: words.line, words }),
    h(Remarks, { name: words.tasks, remarks: shown, head: words.line, words, total: created }));
}

const dayOf = (due, zone) =>
  inZone(zone, (timeZone) => new Date(due).toLocaleDateString(dateLocale(), { timeZone }));
