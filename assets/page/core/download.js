// A button that downloads an answer of the API, on the page's origin or another one.
import { createElement as h, Fragment, useState } from "react";
import { answerOf } from "./api_requests.js";

/** Have the browser save a file under this name. */
export const saveFile = (blob, name) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href));
};

/** A button that downloads what a path of the API answers. */
export function DownloadButton({ path, file, unreachable, children, ...props }) {
  const [state, setState] = useState({});
  const download = async () => {
    setState({ isBusy: true });
    try {
      const blob = await (await answerOf(path, unreachable)).blob();
      saveFile(blob, file.replace("{day}", new Date().toISOString().slice(0, 10)));
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
