// The host site's server: holds the taskchat login and answers the page's requests with it.
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";

/** A taskchat server and one of its accounts. A site with users of its own keeps a login for each of them. */
export type Account = { url: string; email: string; password: string };

/** What the page may ask, and the request to taskchat that answers it. The login's token never reaches the page. */
const ROUTES: Record<string, string> = {
  "POST /chat-secret": "/api/chatkit/session",
  "GET /me": "/api/auth/me",
  "GET /tasks": "/api/tasks",
  "GET /events": "/api/events",
};
const PASSED_HEADERS = ["last-event-id", "accept-language"];

/** Return the handler of requests below the backend's path. */
export function createBackend(account: Account) {
  let login: Promise<string> | null = null;

  async function send(method: string, path: string, headers: Headers, signal: AbortSignal): Promise<Response> {
    const used = (login ??= signIn(account));
    try {
      headers.set("Authorization", `Bearer ${await used}`);
      const answer = await fetch(account.url + path, { method, headers, signal });
      if (answer.status === 401) throw new LoginEnded();
      return answer;
    } catch (error) {
      if (login === used) login = null;
      throw error;
    }
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, search } = new URL(request.url ?? "/", "http://backend");
    const path = ROUTES[`${request.method} ${pathname}`];
    if (!path) return void response.writeHead(404).end();
    const closed = new AbortController();
    response.on("close", () => closed.abort());
    const ask = () => send(request.method ?? "GET", path + search, passedHeaders(request), closed.signal);
    try {
      const answer = await ask().catch((error: unknown) => {
        if (error instanceof LoginEnded) return ask();
        throw error;
      });
      const type = answer.headers.get("content-type") ?? "application/json";
      response.writeHead(answer.status, { "Content-Type": type, "Cache-Control": "no-store" });
      if (answer.body) await pipeline(Readable.fromWeb(answer.body as ReadableStream), response);
      else response.end();
    } catch (error) {
      if (closed.signal.aborted) return; // the page went away
      console.error(error);
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end();
    }
  };
}

class LoginEnded extends Error {}

async function signIn({ url, email, password }: Account): Promise<string> {
  const answer = await fetch(`${url}/api/auth/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email, password }),
  });
  if (!answer.ok) throw new Error(`taskchat refused the login of ${email}: ${await answer.text()}`);
  return ((await answer.json()) as { token: string }).token;
}

function passedHeaders(request: IncomingMessage): Headers {
  const headers = new Headers();
  for (const name of PASSED_HEADERS) {
    const value = request.headers[name];
    if (typeof value === "string") headers.set(name, value);
  }
  return headers;
}
