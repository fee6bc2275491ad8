// The state of a thread in the stand-in for the ChatKit widget: applies the events of openai-chatkit 1.6.5 (chatkit/types.py).

class ThreadState {
  /** @type {any} */
  thread = null;
  /** @type {Map<string, any>} */
  items = new Map();
  /** @type {Map<string, number>} How many deltas an item's text came in. */
  deltas = new Map();

  /**
   * Apply an event that is about the thread; return whether it was.
   *
   * @param {any} event
   */
  apply(event) {
    switch (event.type) {
      case "thread.created":
      case "thread.updated":
        this.thread = event.thread;
        return true;
      case "thread.item.added":
      case "thread.item.done":
      case "thread.item.replaced":
        this.items.set(event.item.id, event.item);
        return true;
      case "thread.item.removed":
        this.items.delete(event.item_id);
        return true;
      case "thread.item.updated":
        this.#update(this.items.get(event.item_id), event.update);
        return true;
      default:
        return false;
    }
  }

  /** @param {any} item @param {any} update */
  #update(item, update) {
    switch (update.type) {
      case "assistant_message.content_part.added":
      case "assistant_message.content_part.done":
        item.content[update.content_index] = update.content;
        break;
      case "assistant_message.content_part.text_delta":
        item.content[update.content_index].text += update.delta;
        this.deltas.set(item.id, (this.deltas.get(item.id) ?? 0) + 1);
        break;
      case "assistant_message.content_part.annotation_added":
        item.content[update.content_index].annotations.push(update.annotation);
        break;
      case "workflow.task.added":
      case "workflow.task.updated":
        item.workflow.tasks[update.task_index] = update.task;
        break;
      case "widget.root.updated":
        item.widget = update.widget;
        break;
      default:
        throw new Error(`The stand-in knows no update ${update.type}.`);
    }
  }
}

/** @param {Response} answer Yields the JSON of each server-sent event (https://html.spec.whatwg.org/#server-sent-events). */
async function* eventsOf(answer) {
  const reader = /** @type {ReadableStream<Uint8Array>} */ (answer.body).getReader();
  const decoder = new TextDecoder();
  let waiting = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    waiting += decoder.decode(part.value, { stream: true });
    const blocks = waiting.split(/\r\n\r\n|\n\n/);
    waiting = blocks.pop() ?? "";
    for (const block of blocks) {
      const data = block.split(/\r?\n/).filter((line) => line.startsWith("data:")).map((line) => line.slice(5).trimStart());
      if (data.length) yield JSON.parse(data.join("\n"));
    }
  }
}
