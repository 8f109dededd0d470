// Addresses: #/env/NAME/object/ID?at=TIME. Everything a page shows is in its
// address, so that it can be sent to somebody else.

export function href(parts, query = {}) {
  const path = parts.map(encodeURIComponent).join("/");
  const q = new URLSearchParams(Object.entries(query).filter(([, v]) => v !== undefined && v !== ""));
  return `#/${path}${q.size ? "?" + q : ""}`;
}

export function current() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  let parts = [];
  try {
    parts = path.split("/").filter(Boolean).map(decodeURIComponent);
  } catch {
    // an address mangled on its way: the first page
  }
  return { parts, query: Object.fromEntries(new URLSearchParams(query ?? "")) };
}

export function go(parts, query) {
  location.hash = href(parts, query);
}

export const toEnv = (env, at) => href(["env", env], { at });
export const toType = (env, type, at) => href(["env", env, "type", type], { at });
export const toObject = (env, id, at) => href(["env", env, "object", id], { at });
