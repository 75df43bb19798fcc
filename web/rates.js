// Counters that only grow, told now and then, as a rate and its last minute.

const kPoints = 60;

export class Rate {
  #last = null; // {count, at}
  #points = [];

  /** Takes the counter as it was at `at` (ms). One that has shrunk belongs to a process that has started anew. */
  add(count, at) {
    if (this.#last && at > this.#last.at) {
      const grown = Math.max(0, count - this.#last.count);
      this.#points.push((grown * 1000) / (at - this.#last.at));
      this.#points.splice(0, this.#points.length - kPoints);
    }
    this.#last = { count, at };
  }

  /** Since the last two tellings; 0 before there are two. */
  get current() {
    return this.#points.at(-1) ?? 0;
  }

  /** The last minute as paths in a box of `width` by `height`: the line, and the area below it. */
  paths(width, height) {
    const top = Math.max(1, ...this.#points);
    const step = width / (kPoints - 1);
    const first = kPoints - this.#points.length;
    const places = this.#points.map((rate, i) => [(first + i) * step, height - 2 - (rate / top) * (height - 6)]);
    if (places.length === 0) {
      return { line: "", area: "" };
    }
    const line = places.map(([x, y], i) => `${i === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
    return { line, area: `${line}L${width} ${height}L${places[0][0].toFixed(1)} ${height}Z` };
  }
}

/** 3 -> "3", 0.25 -> "0.3", 12345.6 -> "12 346" */
export function rateText(rate) {
  return rate > 0 && rate < 10 && !Number.isInteger(rate)
    ? rate.toFixed(1)
    : Math.round(rate).toLocaleString("en").replaceAll(",", "\u202f");
}
