// The chat secret: lets the widget use /api/chatkit, and nothing else, for ten minutes.

let secret: Promise<string> | null = null;

/** fetch for the widget: adds the secret; after a 401 it asks the backend for a new one and sends the request again. */
export const fetchWithSecret: typeof fetch = async (input, init) => {
  const request = new Request(input, init);
  const send = async (token: string) => {
    const copy = request.clone();
    copy.headers.set("Authorization", `Bearer ${token}`);
    return fetch(copy);
  };
  const used = (secret ??= requestSecret());
  const answer = await send(await used);
  if (answer.status !== 401) return answer;
  if (secret === used) secret = requestSecret(); // of several requests, the first one renews it
  return send(await (secret ?? requestSecret()));
};

async function requestSecret(): Promise<string> {
  try {
    const answer = await fetch("/backend/chat-secret", { method: "POST" });
    if (!answer.ok) throw new Error(`/backend/chat-secret answered ${answer.status}`);
    return ((await answer.json()) as { client_secret: string }).client_secret;
  } catch (error) {
    secret = null;
    throw error;
  }
}
