// How numbers, times and values are written.

const number = new Intl.NumberFormat("en");
export const count = (n) => number.format(n ?? 0);
export const plural = (n, one, many = one + "s") => `${count(n)} ${n === 1 ? one : many}`;

const units = [
  ["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1],
];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** "3 minutes ago", for a time as the API writes it. */
export function ago(text, now = Date.now()) {
  const seconds = (Date.parse(text) - now) / 1000;
  if (Number.isNaN(seconds)) return "";
  const [unit, size] = units.find(([, s]) => Math.abs(seconds) >= s) ?? units.at(-1);
  return relative.format(Math.round(seconds / size), unit);
}

/** "2026-03-01 12:00:05" in the reader's time zone. */
export function clock(text) {
  const d = new Date(text);
  if (Number.isNaN(+d)) return text ?? "";
  const two = (n) => String(n).padStart(2, "0");
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())} ${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`;
}

export function took(from, to) {
  const ms = Date.parse(to) - Date.parse(from);
  if (!(ms >= 0)) return "";
  if (ms < 1000) return `${ms} ms`;
  return ms < 60000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.floor(ms / 60000)} min ${Math.round((ms % 60000) / 1000)} s`;
}

/** A value in one line. */
export function brief(v) {
  if (v === null || v === undefined) return "–";
  if (Array.isArray(v)) return v.every((e) => typeof e !== "object") ? v.join(", ") : plural(v.length, "entry", "entries");
  if (typeof v === "object") return Object.entries(v).map(([k, e]) => `${k}: ${typeof e === "object" ? "…" : e}`).join(", ");
  return String(v);
}

export function clip(text, length) {
  return text.length <= length ? text : text.slice(0, length - 1) + "…";
}

/** The forms in which the server writes reports. */
export const formats = ["html", "pdf", "csv", "json", "text"];
