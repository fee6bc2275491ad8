// A button that downloads an answer of the API, on the page's origin or another one.
import { createElement as h, Fragment, useState } from "react";
import { apiOrigin } from "./api_form.js";

const asFile = (blob, name) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href));
};

/** The header that asks for the page's language. */
export const language = () => ({ "Accept-Language": document.documentElement.lang });

/** Return the answer of the API; throw an Error with its sentence, or with `unreachable`. */
export const answerOf = async (response, unreachable) => {
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  throw new Error(problem.detail ?? unreachable);
};

/** A button that downloads what a path of the API answers. */
export function DownloadButton({ path, file, unreachable, children, ...props }) {
  const [state, setState] = useState({});
  const download = async () => {
    setState({ isBusy: true });
    try {
      const response = await fetch(apiOrigin() + path, { credentials: "include", headers: language() }).catch(() => new Response(null, { status: 503 }));
      const blob = await (await answerOf(response, unreachable)).blob();
      asFile(blob, file.replace("{day}", new Date().toISOString().slice(0, 10)));
      setState({});
    } catch (error) {
      setState({ error: error.message });
    }
  };
  return h(
    Fragment,
    null,
    h("button", { ...props, type: "button", onClick: download, disabled: state.isBusy, "aria-busy": state.isBusy }, children),
    state.error && h("p", { role: "alert", className: "field-error" }, state.error),
  );
}
