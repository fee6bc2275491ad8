// What another app or a bookmarklet has shared: in the address that /add leads to (taskchat_app/ui/shell/page_paths.py).

const SHARED = "taskchat:shared"; // the cache in which service_worker.js keeps files
const texts = new Map(); // the shared texts by name once they were asked for; "" for one that was taken
let hasTakenFiles = false;

/** Return the shared text of this name, "add" or "ask"; once, and "" without any. The list's address drops the parameter. */
export function takeShared(name) {
  const text = texts.get(name) ?? new URLSearchParams(location.search).get(name) ?? "";
  texts.set(name, "");
  return text;
}

/** Let the shared text be taken once more: its field is gone. */
export const returnShared = (name, text) => texts.set(name, text);

/** Return the shared files; once, and none where the address names none. */
export async function takeSharedFiles() {
  if (hasTakenFiles || !new URLSearchParams(location.search).has("files") || !("caches" in window)) return [];
  hasTakenFiles = true;
  const cache = await caches.open(SHARED);
  const fileOf = async (request) => {
    const name = new URL(request.url).searchParams.get("name");
    return new File([await (await cache.match(request)).blob()], name);
  };
  const files = await Promise.all((await cache.keys()).map(fileOf));
  await caches.delete(SHARED);
  return files;
}
