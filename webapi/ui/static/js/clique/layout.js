// Where everything in a clique's picture stands. Pure: the same clique gives
// the same picture, whatever order its parts come in.
//
// Columns are layers, from the guest on the left to the network on the right.
// Rows are grouped into bands, one for each host; what belongs to no host and
// shares its column with nothing that does (networks, switches) stands free
// over the whole height. A link over several columns gets a place in those
// between, so that it passes beside the boxes and not behind them.

const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const natural = new Intl.Collator("en", { numeric: true });
const byName = (a, b) => natural.compare(a.name, b.name) || compare(a.id, b.id);

export const roomy = { lead: 43, narrow: 104, wide: 196, height: 40, row: 52, through: 14, gap: 48, maxGap: 160, bandGap: 20, pad: 14, head: 22, labels: true };
export const dense = { lead: 28, narrow: 84, wide: 150, height: 22, row: 27, through: 5, gap: 58, maxGap: 110, bandGap: 12, pad: 10, head: 20, labels: false };

/** Widths where there is no screen to measure on: a guess by letters. */
const guess = { name: (t) => t.length * 7.4, type: (t) => t.length * 6, label: (t) => t.length * 6.4 };

/**
 * nodes: [{id, type, name, says, layer, host}], links: [{key, source, target,
 * label}], focal: id, measure: widths of texts. Returns {nodes, links, bands, width, height, size}: nodes with
 * x, y (top left), w, h; links with points and where their label goes.
 */
export function layout(nodes, links, focal, { size = nodes.length > 70 ? dense : roomy, measure = guess } = {}) {
  const items = [...nodes].sort(byName).map((n) => ({ ...n, size: size.row, weight: 1, near: [] }));
  const byId = new Map(items.map((n) => [n.id, n]));
  const columns = makeColumns(items);
  for (const c of columns) {
    const longest = Math.max(...c.map((n) => Math.max(measure.name(n.name), size.labels ? measure.type(n.says ?? "") : 0)));
    c.width = Math.round(Math.max(size.narrow, Math.min(size.wide, longest + size.lead + 11)));
  }
  const bands = makeBands(items, columns, byId.get(focal)?.host);
  const lines = makeLines(links, byId, bands, columns, size);

  for (const band of bands) {
    order(band);
    band.height = Math.max(...band.columns.map((c) => sum(c)));
    settle(band);
  }
  for (const l of lines) l.room = size.labels ? measure.label(l.label) : 0;
  let width = spread(columns, lines, size);
  let height = stack(bands, size);
  const sides = folded(bands, columns, width, height);
  if (sides) {
    height = Math.max(...sides.map((side) => stack(side, size)));
    for (const band of sides[1]) band.mirrored = true;
  }
  // What is mirrored stands on the other side of the last column.
  const last = columns.at(-1);
  const mirror = (x) => 2 * last.x + last.width - x;
  if (sides) width = mirror(0);
  height = Math.max(height, ...columns.filter((c) => c.free).map((c) => c.length * size.row), size.row);
  for (const column of columns) if (column.free) settleFree(column, height);
  for (const n of items) {
    const c = columns[n.column];
    n.x = n.band?.mirrored ? mirror(c.x + c.width) : c.x;
  }
  const heads = columns.map((c) => ({ x: c.x, w: c.width, layer: c.layer, types: [...new Set(c.filter((n) => n.type).map((n) => n.type))].sort() }));
  if (sides) heads.push(...heads.slice(0, -1).map((c) => ({ ...c, x: mirror(c.x + c.w) })));
  return {
    size, width, height,
    columns: heads,
    nodes: items.map((n) => ({ id: n.id, x: n.x, y: n.y - size.height / 2, w: columns[n.column].width, h: size.height })),
    bands: bands.filter((b) => b.host).map((b) => ({ host: b.host, ...extent(b, columns, size, mirror), y: b.top, h: b.bottom - b.top })),
    links: lines.map((l) => ({ key: l.key, ...route(l, columns, l.stops.some((n) => n.band?.mirrored) ? mirror : (x) => x) })),
  };
}

// Sets bands one below the other and returns how high that is.
function stack(bands, size) {
  let top = 0;
  for (const band of bands) {
    const head = band.host ? size.head : 0;
    const down = top + head + size.pad - (band.shift ?? 0);
    for (const n of band.columns.flat()) n.y += down;
    band.shift = top + head + size.pad;
    band.top = top;
    band.bottom = top + head + band.height + 2 * size.pad;
    top = band.bottom + size.bandGap;
  }
  return Math.max(0, top - size.bandGap);
}

// Many hosts around one column (of networks) are drawn half to its left and
// half to its right, so that the picture is not a ribbon. Returns the halves,
// or null if it stays as it is.
function folded(bands, columns, width, height) {
  const free = columns.filter((c) => c.free);
  const apart = bands.length > 1 && free.length === 1 && free[0] === columns.at(-1) && height > 0.8 * width;
  const across = bands.some((b) => b.columns.flat().some((n) => n.near.some((m) => m.band && m.band !== b)));
  if (!apart || across) return null;
  let seen = 0;
  const total = bands.reduce((t, b) => t + b.height, 0);
  const left = bands.filter((b) => (seen += b.height) - b.height / 2 <= total / 2);
  const right = bands.filter((b) => !left.includes(b));
  return right.length ? [left, right] : null;
}

const SWEEPS = 24;

const sum = (list) => list.reduce((t, n) => t + n.size, 0);

function makeColumns(items) {
  const layers = [...new Set(items.map((n) => n.layer))].sort((a, b) => a - b);
  const columns = layers.map((layer) => Object.assign([], { layer }));
  for (const n of items) {
    n.column = layers.indexOf(n.layer);
    columns[n.column].push(n);
  }
  for (const c of columns) c.free = c.every((n) => !n.host);
  return columns;
}

function makeBands(items, columns, first) {
  const hosts = [...new Set(items.filter((n) => !columns[n.column].free).map((n) => n.host ?? ""))];
  hosts.sort((a, b) => (b === first) - (a === first) || (a === "") - (b === "") || natural.compare(a, b));
  return hosts.map((host, index) => {
    const band = { host, index, columns: columns.map(() => []) };
    for (const n of items) {
      if (columns[n.column].free || (n.host ?? "") !== host) continue;
      n.band = band;
      band.columns[n.column].push(n);
    }
    return band;
  });
}

// A line is a link from left to right: its nodes, and places in between.
function makeLines(links, byId, bands, columns, size) {
  const lines = [];
  const sorted = [...links].sort((a, b) => compare(a.key, b.key));
  for (const link of sorted) {
    let a = byId.get(link.source), b = byId.get(link.target);
    if (!a || !b || a === b) continue;
    if (a.column > b.column) [a, b] = [b, a];
    const line = { key: link.key, label: link.label ?? "", stops: [a] };
    const home = a.band ?? b.band;
    const passable = home && (!b.band || !a.band || a.band === b.band);
    for (let c = a.column + 1; c < b.column && passable; c++) {
      if (columns[c].free || !home.columns.some((list, i) => list.length && i >= c)) continue;
      const through = { id: `${link.key} ${c}`, name: "", column: c, band: home, size: size.through, weight: 3, near: [], through: true };
      home.columns[c].push(through);
      line.stops.push(through);
    }
    line.stops.push(b);
    for (let i = 1; i < line.stops.length; i++) {
      line.stops[i - 1].near.push(line.stops[i]);
      line.stops[i].near.push(line.stops[i - 1]);
    }
    lines.push(line);
  }
  return lines;
}

// Sorts each column of a band by where its neighbours stand, to and fro.
function order(band) {
  for (const list of band.columns) list.forEach((n, i) => (n.place = (i + 0.5) / list.length));
  for (let sweep = 0; sweep < 12; sweep++) {
    const forth = sweep % 2 === 0;
    const columns = forth ? band.columns : [...band.columns].reverse();
    for (const list of columns) {
      for (const n of list) {
        const near = n.near.filter((m) => m.place !== undefined && m.band === band && (forth ? m.column < n.column : m.column > n.column));
        n.want = near.length ? near.reduce((t, m) => t + m.place, 0) / near.length : n.place;
      }
      list.sort((a, b) => a.want - b.want || byName(a, b));
      list.forEach((n, i) => (n.place = (i + 0.5) / list.length));
    }
  }
}

// Gives the rows of a band their heights: each as near to its neighbours as
// those above and below allow.
function settle(band) {
  for (const list of band.columns) {
    let y = (band.height - sum(list)) / 2;
    for (const n of list) {
      n.y = y + n.size / 2;
      y += n.size;
    }
  }
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const forth = sweep % 2 === 0;
    const columns = forth ? band.columns : [...band.columns].reverse();
    for (const list of columns) {
      for (const n of list) {
        const side = n.near.filter((m) => m.band === band && (sweep > SWEEPS - 4 || (forth ? m.column < n.column : m.column > n.column)));
        n.want = side.length ? side.reduce((t, m) => t + m.y, 0) / side.length : n.y;
      }
      place(list, 0, band.height);
    }
  }
  // What is all but level with the one thing it is joined to is made level.
  for (const list of band.columns) {
    for (const n of list) {
      const [one, ...more] = n.near.filter((m) => m.band === band && m.column === n.column - 1);
      n.want = one && !more.length && Math.abs(one.y - n.y) < 8 ? one.y : n.y;
    }
    place(list, 0, band.height);
  }
}

// What stands free goes where its neighbours are on average.
function settleFree(column, height) {
  for (const n of column) {
    const near = n.near.filter((m) => m.y !== undefined);
    n.want = near.length ? near.reduce((t, m) => t + m.y, 0) / near.length : height / 2;
  }
  column.sort((a, b) => a.want - b.want || byName(a, b));
  place(column, 0, height);
}

// Puts a sorted list as near to what each wants as their sizes allow (least
// squares: neighbours that would overlap are pooled and moved together).
function place(list, low, high) {
  if (!list.length) return;
  const offset = [];
  list.forEach((n, i) => (offset[i] = i === 0 ? 0 : offset[i - 1] + (list[i - 1].size + n.size) / 2));
  const pools = [];
  list.forEach((n, i) => {
    pools.push({ sum: (n.want - offset[i]) * n.weight, weight: n.weight, count: 1 });
    while (pools.length > 1 && mean(pools.at(-2)) > mean(pools.at(-1))) {
      const last = pools.pop();
      const p = pools.at(-1);
      p.sum += last.sum;
      p.weight += last.weight;
      p.count += last.count;
    }
  });
  const min = low + list[0].size / 2;
  const max = high - list.at(-1).size / 2 - offset.at(-1);
  let i = 0;
  for (const p of pools) {
    const z = Math.max(min, Math.min(max, mean(p)));
    for (let k = 0; k < p.count; k++, i++) list[i].y = z + offset[i];
  }
}

const mean = (p) => p.sum / p.weight;

// Sets the columns side by side, with room for the labels between them.
function spread(columns, lines, size) {
  const room = columns.map(() => 0);
  for (const l of lines) {
    const gap = labelGap(l);
    if (gap >= 0) room[gap] = Math.max(room[gap], l.room);
  }
  let x = size.pad;
  columns.forEach((c, i) => {
    c.x = x;
    const gap = size.labels ? Math.max(size.gap, Math.min(size.maxGap, room[i] + 26)) : size.gap;
    const tall = Math.min(60, c.length * 1.5); // many lines need a gentler slope
    c.gap = gap + (i < columns.length - 1 ? tall : 0);
    x += c.width + c.gap;
  });
  return columns.length ? x - columns.at(-1).gap + size.pad : 0;
}

// The gap between columns that a line's label goes to: where the lines are
// farther apart, which is beside the end with fewer of them.
function labelGap(line) {
  const a = line.stops[0], b = line.stops.at(-1);
  if (a.column === b.column) return a.column;
  return a.near.length <= b.near.length ? a.column : line.stops.at(-2).column;
}

function extent(band, columns, size, mirror) {
  const used = band.columns.map((c, i) => (c.some((n) => !n.through) ? i : -1)).filter((i) => i >= 0);
  const left = columns[used[0]].x - size.pad, right = columns[used.at(-1)].x + columns[used.at(-1)].width + size.pad;
  return { x: band.mirrored ? mirror(right) : left, w: right - left };
}

// The curve of a line, and the point for its label.
function route(line, columns, turn) {
  const stops = line.stops.map((n) => ({ n, left: columns[n.column].x, right: columns[n.column].x + columns[n.column].width }));
  const a = stops[0], b = stops.at(-1);
  if (a.n.column === b.n.column) {
    const bow = Math.min(46, 18 + Math.abs(a.n.y - b.n.y) / 6);
    const x = turn(a.right);
    return {
      path: `M${f(x)} ${f(a.n.y)}C${f(x + bow)} ${f(a.n.y)} ${f(x + bow)} ${f(b.n.y)} ${f(x)} ${f(b.n.y)}`,
      label: { x: x + bow * 0.75, y: (a.n.y + b.n.y) / 2, anchor: "start" },
    };
  }
  let path = `M${f(turn(a.right))} ${f(a.n.y)}`;
  for (let i = 1; i < stops.length; i++) {
    const from = stops[i - 1], to = stops[i];
    const x2 = turn(to.left), mid = (turn(from.right) + x2) / 2;
    path += `C${f(mid)} ${f(from.n.y)} ${f(mid)} ${f(to.n.y)} ${f(x2)} ${f(to.n.y)}`;
    if (i < stops.length - 1) path += `H${f(turn(to.right))}`;
  }
  const first = a.n.near.length <= b.n.near.length;
  const [p, q] = first ? [a, stops[1]] : [stops.at(-2), b];
  // Where the lines are apart, but clear of the boxes on both sides.
  const step = a.n.near.length === b.n.near.length ? 0 : first ? -0.02 : 0.02;
  let at = along(p.right, p.n.y, q.left, q.n.y, 0.5);
  for (let t = 0.5 + step; step && Math.abs(t - 0.5) < 0.16; t += step) {
    const next = along(p.right, p.n.y, q.left, q.n.y, t);
    if (next.x - line.room / 2 < p.right + 7 || next.x + line.room / 2 > q.left - 7) break;
    at = next;
  }
  return { path, label: { x: turn(at.x), y: at.y, anchor: "middle" } };
}

// A point on one of our curves.
function along(x1, y1, x2, y2, t) {
  const mid = (x1 + x2) / 2, u = 1 - t;
  return {
    x: u * u * u * x1 + 3 * u * u * t * mid + 3 * u * t * t * mid + t * t * t * x2,
    y: (u * u * u + 3 * u * u * t) * y1 + (3 * u * t * t + t * t * t) * y2,
  };
}

const f = (v) => Math.round(v * 10) / 10;
