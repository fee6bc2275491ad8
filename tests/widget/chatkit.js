// A stand-in for the ChatKit widget: defines <openai-chatkit> after the types of @openai/chatkit 1.9.0, sends the requests
// of openai-chatkit 1.6.5 (chatkit/types.py), and shows plain elements with accessible names. Follows thread_state.js.

/** @typedef {import("@openai/chatkit").ChatKitOptions} ChatKitOptions */
/** @typedef {import("@openai/chatkit").Entity} Entity */
/** @typedef {import("@openai/chatkit").OpenAIChatKit} OpenAIChatKit */
/** @typedef {import("@openai/chatkit").UserMessageContent} UserMessageContent */
/** @typedef {{ type: string, handler?: string, streaming?: boolean, payload?: Record<string, unknown> }} Action */

const NAMES = {
  en: { send: "Send", stop: "Stop", history: "History", start: "New chat", good: "Good answer", bad: "Bad answer", retry: "Retry" },
  de: { send: "Senden", stop: "Anhalten", history: "Verlauf", start: "Neuer Chat", good: "Gute Antwort", bad: "Schlechte Antwort", retry: "Wiederholen" },
};
const PAGE = 20;
const MENTION = /@(\S*)$/;
const STYLE = `:host { display: flex !important; flex-direction: column; overflow: hidden; background: Canvas; color: CanvasText; }
  [role=log] { flex: 1; overflow-y: auto; padding: 0 16px; } article { margin: 12px 0; white-space: pre-wrap; }
  form { display: flex; gap: 8px; padding: 16px; } textarea { flex: 1; font: inherit; min-width: 0; } button { font: inherit; }`;

/** @implements {OpenAIChatKit} */
class StandinChatKit extends HTMLElement {
  /** @type {ChatKitOptions | null} */
  #options = null;
  #state = new ThreadState();
  /** @type {AbortController | null} */
  #running = null;
  /** @type {any[] | null} The conversations, while the history is open. */
  #history = null;
  /** @type {UserMessageContent[]} What stands before the text in the composer. */
  #composed = [];
  #draft = "";
  /** @type {Entity[]} */
  #found = [];
  /** @type {string} */
  #preview = "";
  #error = "";
  #notice = "";

  // The element's methods, as published

  /** @param {ChatKitOptions} options */
  setOptions(options) {
    const isFirst = !this.#options;
    this.#options = options;
    if (options.api && "domainKey" in options.api) this.dataset.domainKey = options.api.domainKey;
    this.#render();
    if (!isFirst) return;
    this.#emit("chatkit.ready");
    if (options.initialThread) this.#guard(this.#load(options.initialThread));
  }

  async focusComposer() {
    this.shadowRoot?.querySelector("textarea")?.focus();
  }

  /** @param {string | null} id */
  async setThreadId(id) {
    await this.hideHistory();
    this.#replaceState(new ThreadState());
    if (id) await this.#load(id);
    this.#render();
  }

  /** @param {{ type: string, payload?: Record<string, unknown> }} action @param {string} [itemId] */
  async sendCustomAction(action, itemId) {
    await this.#stream("threads.custom_action", this.#action(action, itemId));
  }

  /** @param {Parameters<OpenAIChatKit["sendUserMessage"]>[0]} message */
  async sendUserMessage({ text, content, reply, newThread, toolChoice, model }) {
    if (newThread) await this.setThreadId(null);
    const input = {
      content: content ?? [{ type: "input_text", text: text ?? "" }],
      attachments: [],
      quoted_text: reply ?? null,
      inference_options: { tool_choice: toolChoice ?? null, model: model ?? null },
    };
    if (this.#threadId) await this.#stream("threads.add_user_message", { thread_id: this.#threadId, input });
    else await this.#stream("threads.create", { input });
  }

  /** @param {Parameters<OpenAIChatKit["setComposerValue"]>[0]} value */
  async setComposerValue({ text, content }) {
    this.#composed = content ?? [];
    this.#draft = text ?? "";
    this.#render();
  }

  async showHistory() {
    this.#emit("chatkit.history.open");
    this.#history = (await this.#ask("threads.list", { limit: PAGE, order: "desc" })).data;
    this.#render();
  }

  async hideHistory() {
    if (!this.#history) return;
    this.#history = null;
    this.#emit("chatkit.history.close");
    this.#render();
  }

  async fetchUpdates() {
    if (this.#threadId) await this.#load(this.#threadId);
  }

  // Requests

  /** @param {string} type @param {object} params @param {AbortSignal} [signal] */
  async #post(type, params, signal) {
    const api = this.#options?.api;
    if (!api || !("url" in api)) throw new Error("The stand-in needs an api with a url.");
    const headers = { "Content-Type": "application/json", Accept: "text/event-stream, application/json" };
    const init = { method: "POST", headers, body: JSON.stringify({ type, params, metadata: {} }), signal };
    const answer = await (api.fetch ?? fetch)(api.url, init);
    if (answer.ok) return answer;
    const problem = await answer.json();
    throw new Error(problem.detail ?? `${answer.status}`);
  }

  /** @param {string} type @param {object} params @returns {Promise<any>} */
  async #ask(type, params) {
    return (await this.#post(type, params)).json();
  }

  /** @param {string} type @param {object} params */
  async #stream(type, params) {
    this.#running = new AbortController();
    this.#error = this.#notice = "";
    this.#emit("chatkit.response.start");
    this.#render();
    try {
      const answer = await this.#post(type, params, this.#running.signal);
      for await (const event of eventsOf(answer)) {
        this.#apply(event);
        this.#render();
      }
    } catch (error) {
      if (!this.#running.signal.aborted) throw error;
    } finally {
      this.#running = null;
      this.#emit("chatkit.response.end");
      this.#render();
    }
  }

  /** @param {string} threadId Shows a thread: its first items come with it, the others page by page. */
  async #load(threadId) {
    this.#emit("chatkit.thread.load.start", { threadId });
    const thread = await this.#ask("threads.get_by_id", { thread_id: threadId });
    let page = thread.items;
    const items = [...page.data];
    while (page.has_more) {
      page = await this.#ask("items.list", { thread_id: threadId, limit: PAGE, order: "asc", after: page.after });
      items.push(...page.data);
    }
    this.#replaceState(Object.assign(new ThreadState(), { thread, items: new Map(items.map((item) => [item.id, item])) }));
    this.#emit("chatkit.thread.load.end", { threadId });
    this.#render();
  }

  // Events

  /** @param {any} event */
  #apply(event) {
    const before = this.#threadId;
    if (this.#state.apply(event)) return this.#tellThread(before);
    switch (event.type) {
      case "client_effect":
        return this.#emit("chatkit.effect", { name: event.name, data: event.data });
      case "progress_update":
        return (this.#notice = event.text);
      case "notice":
        return (this.#notice = event.message);
      case "error":
        return this.#fail(new Error(event.message ?? event.code));
      case "stream_options":
        return;
      default:
        throw new Error(`The stand-in knows no event ${event.type}.`);
    }
  }

  /** @returns {string | null} */
  get #threadId() {
    return this.#state.thread?.id ?? null;
  }

  /** @param {ThreadState} state */
  #replaceState(state) {
    const before = this.#threadId;
    this.#state = state;
    this.#tellThread(before);
  }

  /** @param {string | null} before */
  #tellThread(before) {
    if (before !== this.#threadId) this.#emit("chatkit.thread.change", { threadId: this.#threadId });
  }

  /** @param {keyof import("@openai/chatkit").ChatKitEvents} name @param {object} [detail] */
  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** @param {unknown} error */
  #fail(error) {
    this.#error = error instanceof Error ? error.message : String(error);
    this.#emit("chatkit.error", { error });
    this.#render();
  }

  /** @param {Promise<unknown>} work */
  #guard(work) {
    work.catch((error) => this.#fail(error));
  }

  // Elements

  get #names() {
    return this.#options?.locale?.startsWith("de") ? NAMES.de : NAMES.en;
  }

  #render() {
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    const focused = root.activeElement?.tagName;
    const style = element("style", {}, STYLE);
    root.replaceChildren(style, this.#bar(), this.#history ? this.#threads() : this.#log(), this.#status(), this.#composer());
    if (focused === "TEXTAREA") this.focusComposer();
  }

  #bar() {
    const { history, start } = this.#names;
    const buttons = [this.#button(start, () => this.setThreadId(null))];
    if (this.#options?.history?.enabled) buttons.push(this.#button(history, () => this.showHistory()));
    return element("header", {}, element("h2", {}, this.#state.thread?.title ?? ""), ...buttons);
  }

  #threads() {
    const threads = (this.#history ?? []).map(({ id, title }) => {
      return element("li", {}, this.#button(title ?? id, () => this.setThreadId(id)));
    });
    return element("ul", { "aria-label": this.#names.history }, ...threads);
  }

  #log() {
    const { greeting, prompts = [] } = this.#options?.startScreen ?? {};
    const start = [element("p", {}, greeting ?? ""), ...prompts.map(({ label, prompt }) => {
      const message = typeof prompt === "string" ? { text: prompt } : { content: prompt };
      return this.#button(label, () => this.sendUserMessage(message));
    })];
    const shown = [...this.#state.items.values()].map((item) => this.#item(item)).filter((item) => item !== null);
    return element("div", { role: "log" }, ...(this.#state.items.size ? shown : start));
  }

  /** @param {any} item */
  #item(item) {
    switch (item.type) {
      case "user_message":
        return element("article", { "aria-label": "You" }, ...item.content.map(/** @param {any} part */ (part) => {
          return part.type === "input_tag" ? this.#entity({ ...part, title: part.text }) : part.text;
        }));
      case "assistant_message":
        return this.#answer(item);
      case "workflow":
        return element("ul", { "aria-label": "Workflow" }, ...item.workflow.tasks.map(/** @param {any} task */ (task) => {
          return element("li", {}, task.title ?? "");
        }));
      case "widget":
        return this.#card(item);
      case "structured_input":
        return this.#questions(item);
      default:
        return null; // end_of_turn, and what this element does not show
    }
  }

  /** @param {any} item */
  #answer(item) {
    const { feedback, retry } = this.#options?.threadItemActions ?? {};
    const { good, bad, retry: again } = this.#names;
    /** @param {string} name @param {string} kind */
    const rate = (name, kind) => this.#button(name, async () => {
      await this.#ask("items.feedback", { thread_id: item.thread_id, item_ids: [item.id], kind });
      this.#notice = `${name}.`;
      this.#render();
    });
    const sources = item.content.flatMap(/** @param {any} part */ (part) => part.annotations.map(/** @param {any} annotation */ ({ source }) => source));
    const actions = this.#running ? [] : [
      ...(feedback ? [rate(good, "positive"), rate(bad, "negative")] : []),
      ...(retry ? [this.#button(again, () => this.#retry(item))] : []),
    ];
    return element(
      "article",
      { "aria-label": "Assistant", "data-deltas": this.#state.deltas.get(item.id) ?? 0 },
      element("p", {}, item.content.map(/** @param {any} part */ (part) => part.text).join("")),
      ...sources.filter(/** @param {any} source */ (source) => source.type === "entity").map(/** @param {any} source */ (source) => this.#entity(source)),
      ...actions,
    );
  }

  /** @param {any} item Asks for another answer to the message before this item. */
  #retry(item) {
    const items = [...this.#state.items.values()];
    const message = items.slice(0, items.indexOf(item)).findLast(({ type }) => type === "user_message");
    return this.#stream("threads.retry_after_item", { thread_id: item.thread_id, item_id: message.id });
  }

  /** @param {any} item */
  #card(item) {
    const { confirm, cancel, status } = item.widget;
    const choices = [confirm, cancel].filter(Boolean).map((choice) => this.#button(choice.label, () => this.#act(choice.action, item)));
    return element("section", { "aria-label": "Card" }, status?.text ?? "", this.#component(item.widget, item), ...choices);
  }

  /** @param {any} part @param {any} item @returns {HTMLElement} */
  #component(part, item) {
    const { onClickAction, value, label, children = [] } = part;
    const shown = onClickAction ? this.#button("", () => this.#act(onClickAction, item)) : element("div", {});
    shown.append(value ?? label ?? "", ...children.map(/** @param {any} child */ (child) => this.#component(child, item)));
    return shown;
  }

  /** @param {Action} action @param {any} item */
  async #act(action, item) {
    if (action.handler === "client") return this.#options?.widgets?.onAction?.(action, item);
    if (action.streaming !== false) return this.sendCustomAction(action, item.id);
    const { updated_item } = await this.#ask("threads.sync_custom_action", this.#action(action, item.id));
    if (updated_item) this.#state.items.set(updated_item.id, updated_item);
    this.#render();
  }

  /** @param {Action} action @param {string} [itemId] */
  #action({ type, payload }, itemId) {
    return { thread_id: this.#threadId, item_id: itemId ?? null, action: { type, payload } };
  }

  /** @param {any} item The questions of a structured input; while it is pending each option is a button. */
  #questions(item) {
    /** @param {string} id @param {string} value */
    const answer = (id, value) => this.#stream("threads.add_structured_input", {
      thread_id: item.thread_id,
      item_id: item.id,
      input: { status: "answered", answers: { [id]: { values: [value], skipped: false } } },
    });
    return element("fieldset", { "aria-label": "Question" }, ...item.inputs.flatMap(/** @param {any} input */ (input) => {
      const options = (input.options ?? []).map(/** @param {any} option */ ({ value }) => this.#button(value, () => answer(input.id, value)));
      return [input.question, ...(item.status === "pending" ? options : (input.answer?.values ?? []))];
    }));
  }

  /** @param {Entity} entity */
  #entity(entity) {
    const button = this.#button(entity.title, async () => this.#options?.entities?.onClick?.(entity));
    button.addEventListener("mouseenter", () => this.#guard(this.#showPreview(entity)));
    return button;
  }

  /** @param {Entity} entity */
  async #showPreview(entity) {
    const answer = await this.#options?.entities?.onRequestPreview?.(entity);
    this.#preview = JSON.stringify(answer?.preview ?? "");
    const tip = this.shadowRoot?.querySelector("[role=tooltip]");
    if (tip) tip.textContent = this.#preview; // drawing everything again would move the pointer's target
  }

  #status() {
    return element(
      "div",
      {},
      this.#error && element("p", { role: "alert" }, this.#error),
      element("p", { role: "status" }, this.#notice),
      element("p", { role: "tooltip" }, this.#preview),
    );
  }

  #composer() {
    const field = element("textarea", { "aria-label": "Message", placeholder: this.#options?.composer?.placeholder ?? "" });
    field.value = this.#draft;
    field.addEventListener("input", () => this.#guard(this.#search(field.value)));
    const found = this.#found.map((entity) => element("li", {}, this.#button(`@${entity.title}`, async () => this.#tag(entity))));
    const { send, stop } = this.#names;
    const button = this.#running ? this.#button(stop, async () => this.#running?.abort()) : this.#button(send, () => this.#submit());
    const form = element(
      "form",
      {},
      element("ul", { "aria-label": this.#found[0]?.group ?? "" }, ...found),
      element("output", {}, this.#composed.map(({ text }) => text).join("")),
      field,
      button,
    );
    return form;
  }

  /** @param {string} draft */
  async #search(draft) {
    this.#draft = draft;
    const query = MENTION.exec(draft)?.[1];
    const found = query === undefined ? [] : (await this.#options?.entities?.onTagSearch?.(query)) ?? [];
    if (this.#draft !== draft || (!found.length && !this.#found.length)) return;
    this.#found = found;
    this.#render();
  }

  /** @param {Entity} entity */
  #tag({ id, title, group, data, interactive }) {
    const text = this.#draft.replace(MENTION, "");
    if (text) this.#composed.push({ type: "input_text", text });
    this.#composed.push({ type: "input_tag", text: title, id, group, data: data ?? {}, interactive });
    this.#draft = "";
    this.#found = [];
    this.#render();
  }

  async #submit() {
    /** @type {UserMessageContent[]} */
    const content = [...this.#composed, ...(this.#draft ? [{ type: /** @type {const} */ ("input_text"), text: this.#draft }] : [])];
    this.#composed = [];
    this.#draft = "";
    await this.sendUserMessage({ content });
  }

  /** @param {string} name @param {() => Promise<unknown>} work */
  #button(name, work) {
    const button = element("button", { type: "button" }, name);
    button.addEventListener("click", () => this.#guard(work()));
    return button;
  }
}

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag @param {Record<string, string | number>} attributes @param {(Node | string)[]} children
 */
function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children.filter((child) => child !== ""));
  return made;
}

customElements.define("openai-chatkit", StandinChatKit);
