// The page at /: asks each second, shows what has come. While nobody looks it does not ask.

import { get, Problem, useToken } from "./api.js";
import { byId, say } from "./dom.js";
import { showDetails, showLetters, showShards, showTransactions, Tile } from "./views.js";

const kPauseMs = 1000;
const kTransactions = 30;
const kLetters = 6;

const tiles = byId("rates");
const byOutcome = {
  success: new Tile(tiles, "Success", "success", "a second"),
  rejected: new Tile(tiles, "Rejected", "rejected", "a second"),
  error: new Tile(tiles, "Error", "error", "a second"),
};
const lettersTile = new Tile(tiles, "Dead letters", "letters-tile", "need action");

function sumOf(shards, outcome) {
  const kinds = shards.flatMap((shard) => Object.values(shard.outcomes ?? {}));
  return kinds.reduce((sum, counts) => sum + (counts[outcome] ?? 0), 0);
}

function showRates(status, at) {
  for (const [outcome, tile] of Object.entries(byOutcome)) {
    tile.count(sumOf(status.shards, outcome), at);
  }
  const sink = status.dead_letters;
  const kept = ["rejected", "suspicious", "malformed", "failed", "unapplied"];
  lettersTile.level(sink.needs_action ?? 0, kept.reduce((sum, name) => sum + (sink[name] ?? 0), 0), at);
}

function showHealth(status) {
  const routed = status.router.shards ?? [];
  const absent = status.shards.length - routed.filter((shard) => shard.ready).length;
  const text = routed.length === 0 ? "the router does not answer" : absent > 0 ? `${absent} shards without a worker` : "live";
  say(byId("health"), text);
  byId("health").className = `health ${text === "live" ? "good" : "bad"}`;
}

const openTransaction = (row) => showDetails(`${row.kind} ${row.id} of wallet ${row.wallet}`, row);
const openLetter = (letter) => showDetails(`Dead letter ${letter.letter}`, letter);

async function show() {
  const [status, latest, letters] = await Promise.all([
    get("/v1/status"),
    get(`/v1/transactions?limit=${kTransactions}`),
    get(`/v1/dead-letters?needs_action=true&limit=${kLetters}`),
  ]);
  showRates(status, performance.now());
  showHealth(status);
  showShards(status);
  showTransactions(latest.transactions, openTransaction);
  showLetters(letters.dead_letters, status.dead_letters.needs_action ?? 0, openLetter);
}

/** A door that wants a token says so with 401; anything else is said as it is, and tried again. */
function showTrouble(error) {
  const wantsToken = error instanceof Problem && error.status === 401;
  byId("token-form").hidden = !wantsToken;
  const trouble = byId("trouble");
  trouble.hidden = error === null || wantsToken;
  if (error !== null) {
    say(byId("health"), wantsToken ? "token wanted" : "no answer");
    byId("health").className = "health bad";
    say(trouble, `Florin does not answer (${error.message}). Trying again.`);
  }
}

async function round() {
  if (!document.hidden) {
    try {
      await show();
      showTrouble(null);
    } catch (error) {
      showTrouble(error);
    }
  }
  setTimeout(round, kPauseMs);
}

byId("token-form").addEventListener("submit", (event) => {
  event.preventDefault();
  useToken(byId("token").value.trim());
});

async function showVersion() {
  const { version, commit } = await get("/version");
  say(byId("version"), `${version} (${commit})`);
}

showVersion().catch(() => {});
round();
