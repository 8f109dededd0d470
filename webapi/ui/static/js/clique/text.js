// How wide texts are in the picture: measured, since fonts differ.

const family = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif';
const mono = 'ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace';
const pen = document.createElement("canvas").getContext("2d");

function width(font) {
  return (text) => {
    pen.font = font;
    return pen.measureText(text).width;
  };
}

/** Widths by what a text is; the fonts are those of clique.css. */
export const measure = {
  name: width(`600 12.5px ${family}`),
  type: width(`10.5px ${family}`),
  label: width(`10.5px ${mono}`),
};

/** A name cut to what fits into a width. */
export function fitted(name, room) {
  if (measure.name(name) <= room) return name;
  let text = name;
  while (text.length > 1 && measure.name(text + "…") > room) text = text.slice(0, -1);
  return text + "…";
}
