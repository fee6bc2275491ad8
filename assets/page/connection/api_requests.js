// Requests to the API, on the page's origin or another one: with the login's cookie and in the page's language.
import { apiOrigin } from "./api_form.js";

const languageHeader = () => ({ "Accept-Language": document.documentElement.lang });

/** Return the API's answer; throw an Error with its sentence, or with `unreachable`. `options` are those of fetch. */
export async function answerOf(path, unreachable, { headers, ...options } = {}) {
  const request = { credentials: "include", headers: { ...languageHeader(), ...headers }, ...options };
  const response = await fetch(apiOrigin() + path, request).catch(() => new Response(null, { status: 503 }));
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  throw new Error(problem.detail ?? unreachable);
}

/** Return an opened XMLHttpRequest to send a file with, since fetch has no progress; `onProgress` gets 0 to 1. */
export function uploadRequest(path, onProgress) {
  const request = new XMLHttpRequest();
  request.open("POST", apiOrigin() + path);
  request.withCredentials = true;
  request.responseType = "json";
  Object.entries(languageHeader()).forEach(([name, value]) => request.setRequestHeader(name, value));
  request.upload.onprogress = ({ loaded, total }) => onProgress(loaded / total);
  return request;
}
