// What is shown of each answer. Each function takes what the API said and fills one part of the page.

import { amountText, byId, countText, el, say, svg, timeText } from "./dom.js";
import { Rate, rateText } from "./rates.js";

const kWidth = 300;
const kHeight = 46;

/** A number that matters, with the last minute below it. */
export class Tile {
  #rate = new Rate();
  #value = el("span");
  #total = el("span", { class: "total" });
  #line = svg("path");
  #area = svg("path", { class: "area" });

  constructor(parent, label, className, unit) {
    const chart = svg("svg", { viewBox: `0 0 ${kWidth} ${kHeight}`, preserveAspectRatio: "none", "aria-hidden": "true" });
    chart.append(this.#area, this.#line);
    parent.append(
      el("div", { class: `card tile ${className}` },
        el("p", { class: "label" }, label),
        el("p", { class: "value" }, this.#value, el("span", { class: "unit" }, ` ${unit}`)),
        this.#total, chart));
  }

  /** A counter: shown is how fast it grows. */
  count(total, at) {
    this.#rate.add(total, at);
    this.#show(rateText(this.#rate.current), `${countText(total)} since start`);
  }

  /** A number that is shown as it is; its growth is drawn. */
  level(value, total, at) {
    this.#rate.add(total, at);
    this.#show(countText(value), `${countText(total)} kept`);
  }

  #show(value, total) {
    say(this.#value, value);
    say(this.#total, total);
    const { line, area } = this.#rate.paths(kWidth, kHeight);
    this.#line.setAttribute("d", line);
    this.#area.setAttribute("d", area);
  }
}

const keyOf = (row) => `${row.shard}/${row.sequence}`;

function transactionRow(row, open) {
  const reason = row.reason ? [el("small", {}, row.reason.replaceAll("_", " "))] : [];
  const flags = ["overdrawn", "unapplied"].filter((flag) => row[flag]);
  const money = row.amount_minor === undefined ? "" : `${amountText(row.amount_minor, row.exponent)} ${row.currency ?? ""}`;
  const line = el("tr", { tabindex: "0", "data-key": keyOf(row) },
    el("td", { class: "muted" }, timeText(row.authorized_at)),
    el("td", {}, row.wallet),
    el("td", {}, row.kind.replaceAll("_", " ")),
    el("td", { class: "number" }, money),
    el("td", { class: `outcome ${row.resolution}` }, row.resolution, ...reason, ...flags.map((flag) => el("small", {}, flag))),
    el("td", {}, row.shard),
    el("td", { class: "worker", title: row.worker ?? "not known any more" }, row.worker ?? "\u2014"),
    el("td", { class: "id muted", title: row.id }, row.id));
  line.addEventListener("click", () => open(row));
  line.addEventListener("keydown", (event) => event.key === "Enter" && open(row));
  return line;
}

/** Puts what is new on top and takes away what has fallen out of the list. */
export function showTransactions(rows, open) {
  const body = byId("transactions");
  const known = new Map([...body.children].map((line) => [line.dataset.key, line]));
  const isFirst = known.size === 0;
  const lines = rows.map((row) => {
    const before = known.get(keyOf(row));
    if (before) {
      return before;
    }
    const line = transactionRow(row, open);
    line.classList.toggle("new", !isFirst);
    return line;
  });
  const unchanged = lines.length === body.children.length && lines.every((line, i) => line === body.children[i]);
  if (!unchanged) {
    body.replaceChildren(...lines);
  }
  byId("no-transactions").hidden = rows.length > 0;
}

function bar(share) {
  const filled = el("div");
  filled.style.width = `${Math.min(100, Math.round(share * 100))}%`;
  return el("div", { class: "bar" }, filled);
}

function shardLine(shard, routed, queuedMost) {
  const queued = routed.queued ?? 0;
  const serving = shard.phase === "serving" && routed.ready !== false;
  const state = serving ? `${countText(shard.sequence ?? 0)} entries` : (shard.reason || shard.phase);
  return el("div", { class: "shard" },
    el("div", { class: "line" },
      el("span", {}, `Shard ${shard.shard ?? routed.shard}`),
      el("span", { class: "worker", title: shard.worker ?? "" }, shard.worker || routed.worker || "no owner")),
    el("div", { class: "line" },
      el("span", { class: serving ? "muted" : "error" }, state),
      el("span", { class: "muted" }, `${countText(queued)} queued`)),
    bar(queued / queuedMost));
}

function consumerLine(label, consumer) {
  const shards = consumer.shards ?? [];
  const behind = shards.reduce((sum, shard) => sum + shard.behind_records, 0);
  const diverged = shards.find((shard) => shard.diverged);
  const state = diverged ? `diverged: ${diverged.diverged}` : consumer.shards ? `${countText(behind)} records behind` : consumer.phase;
  const good = consumer.shards && !diverged;
  return el("div", { class: "consumer" }, el("span", {}, label), el("span", { class: good ? "muted" : "error" }, state));
}

export function showShards(status) {
  const routed = status.router.shards ?? [];
  const queuedMost = Math.max(1000, ...routed.map((shard) => shard.queued));
  byId("shards").replaceChildren(...status.shards.map((shard, i) =>
    shardLine({ shard: i, ...shard }, routed[i] ?? {}, queuedMost)));
  byId("consumers").replaceChildren(
    consumerLine("Accounting", status.accounting), consumerLine("Dead-letter sink", status.dead_letters));
}

function letterLine(letter, open) {
  const about = letter.transaction
    ? `${letter.transaction.kind} of ${letter.transaction.wallet}: ${letter.reason.replaceAll("_", " ")}`
    : `${letter.reason.replaceAll("_", " ")}: ${letter.detail || letter.bytes_escaped}`;
  const number = el("a", { href: "#" }, `no. ${letter.letter}`);
  number.addEventListener("click", (event) => {
    event.preventDefault();
    open(letter);
  });
  return el("li", { class: "letter" },
    el("div", { class: "line" }, el("span", { class: `class ${letter.class}` }, letter.class), number),
    el("div", { class: "detail muted" }, about.slice(0, 160)));
}

export function showLetters(letters, needingAction, open) {
  byId("letters").replaceChildren(...letters.map((letter) => letterLine(letter, open)));
  say(byId("letters-count"), needingAction ? countText(needingAction) : "");
  const rest = needingAction - letters.length;
  say(byId("letters-rest"), needingAction === 0 ? "None. Refusals that are final are kept, too, and need none."
    : rest > 0 ? `and ${countText(rest)} more, the oldest first` : "");
}

const kLife = [["requested_at", "requested"], ["queued_at", "queued"], ["authorized_at", "authorized"], ["completed_at", "completed"]];

/** One thing whole: its steps with their times, and all that is known of it. */
export function showDetails(title, thing) {
  const steps = thing.transaction ?? thing;
  say(byId("details-title"), title);
  byId("details-life").replaceChildren(...kLife.filter(([field]) => steps[field]).map(([field, step]) =>
    el("li", {}, el("b", {}, step), timeText(steps[field]))));
  say(byId("details-json"), JSON.stringify(thing, null, 2));
  byId("details").showModal();
}
