// Downloads API responses as files.
import { createElement as h, Fragment, useState } from "react";
import { DOWNLOAD_FAILED } from "$/utils/words";
import { useGettext } from "../core/language.js";
import { answerOf } from "./api_requests.js";

/** Have the browser save a file under this name. */
const saveFile = (blob, name) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href));
};

/** Return `download()`, which saves what a path of the API answers as the file `name`, `isBusy`, and the `error` if it fails. */
export function useDownload(path, name) {
  const unreachable = useGettext()(DOWNLOAD_FAILED);
  const [state, setState] = useState({});
  const download = async () => {
    setState({ isBusy: true });
    try {
      const answer = await answerOf(path, unreachable);
      saveFile(await answer.blob().catch(() => { throw new Error(unreachable); }), name);
      setState({});
    } catch (error) {
      setState({ error: error.message });
    }
  };
  return { ...state, download };
}

export const DownloadError = ({ error }) => error && h("p", { role: "alert", className: "field-error" }, error);

export function DownloadButton({ path, file, children, ...props }) {
  const today = new Date().toISOString().slice(0, 10);
  const { download, isBusy, error } = useDownload(path, file.replace("{day}", today));
  const button = h("button", { ...props, type: "button", onClick: () => isBusy || download(), "aria-disabled": isBusy, "aria-busy": isBusy }, children);
  return h(Fragment, null, button, h(DownloadError, { error }));
}
