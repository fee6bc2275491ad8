// The ChatKit widget, whose script comes from its vendor (https://openai.github.io/chatkit-js/). widget_options.js sends
// its requests.
import { createElement as h, useContext, useEffect, useState } from "react";
import { ChatKit, useChatKit } from "@openai/chatkit-react";
import { ColorModeContext } from "$/utils/context-registry";
import * as words from "$/utils/words";
import { apiOrigin } from "../connection/api_form.js";
import { useGettext, useLanguage } from "../core/language.js";
import { widgetOptions } from "./widget_options.js";

/** Return the state of the script ("loading", "loaded" or "failed"), and a function that tries again. */
function useScript(src) {
  const [attempt, setAttempt] = useState(0);
  const [state, setState] = useState("loading");
  useEffect(() => {
    const script = Object.assign(document.createElement("script"), { src, onload: () => setState("loaded"), onerror: () => setState("failed") });
    setState("loading");
    document.head.append(script);
    return () => script.remove();
  }, [src, attempt]);
  return [state, () => setAttempt(attempt + 1)];
}

export const ChatWidget = (props) => (props.domainKey ? h(Widget, props) : null);

/** The widget; or a sentence and a button where its script cannot be loaded. */
function Widget({ script, domainKey, prompts, onSignedOut }) {
  const gettext = useGettext();
  const language = useLanguage();
  const { resolvedColorMode } = useContext(ColorModeContext);
  const [state, tryAgain] = useScript(script);
  const colours = resolvedColorMode === "dark" ? "dark" : "light";
  const sentences = {
    title: gettext(words.CHAT_WIDGET),
    greeting: gettext(words.EMPTY_HEADING),
    placeholder: gettext(words.MESSAGE_PLACEHOLDER),
    tasks: gettext(words.TASKS),
  };
  const options = widgetOptions({ origin: apiOrigin(), domainKey, language, colours, sentences, prompts, onSignedOut });
  const { control } = useChatKit(options);
  if (state === "failed") {
    return h("div", { className: "widget-failed", role: "alert" },
      h("p", null, gettext(words.WIDGET_SCRIPT_FAILED)),
      h("button", { type: "button", className: "button primary", onClick: tryAgain }, gettext(words.RETRY)));
  }
  return h(ChatKit, { control, className: "widget" });
}
