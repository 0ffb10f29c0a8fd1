// What the page shows, and the same as the part of the address after #: whoever opens it sees the same.

const USUAL = { seed: 1, replications: 2000 };

/** A scenario on the shelf, unchanged. */
export const begin = (scenario) => ({ scenario, text: null, set: [], ...USUAL });

/** What a request says of it. */
export const ask = (state) => ({
  scenario: state.scenario,
  ...(state.text === null ? {} : { text: state.text }),
  set: state.set,
  seed: state.seed,
  replications: state.replications,
});

const throughStream = async (bytes, stream) => {
  const out = new Blob([bytes]).stream().pipeThrough(stream);
  return new Uint8Array(await new Response(out).arrayBuffer());
};

const toBase64 = (bytes) => {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
};

const fromBase64 = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

const pack = async (value) =>
  toBase64(await throughStream(new TextEncoder().encode(JSON.stringify(value)), new CompressionStream("deflate-raw")));

const unpack = async (text) =>
  JSON.parse(new TextDecoder().decode(await throughStream(fromBase64(text), new DecompressionStream("deflate-raw"))));

/** The part of the address after #. What is usual is left out. */
export async function toFragment(state) {
  const words = new URLSearchParams({ scenario: state.scenario });
  if (state.seed !== USUAL.seed) words.set("seed", state.seed);
  if (state.replications !== USUAL.replications) words.set("worlds", state.replications);
  if (state.set.length > 0) words.set("set", await pack(state.set));
  if (state.text !== null) words.set("text", await pack(state.text));
  return `#${words.toString().replaceAll("%2F", "/")}`;
}

const whole = (text, usual, least, most) => {
  const number = Number(text ?? usual);
  return Number.isSafeInteger(number) && number >= least && number <= most ? number : usual;
};

/** The state of such a part; what cannot be read is left out. */
export async function fromFragment(fragment, first) {
  const words = new URLSearchParams(fragment.replace(/^#/, ""));
  const state = begin(words.get("scenario") || first);
  state.seed = whole(words.get("seed"), USUAL.seed, 0, Number.MAX_SAFE_INTEGER);
  state.replications = whole(words.get("worlds"), USUAL.replications, 1, 100_000);
  try {
    if (words.has("text")) state.text = String(await unpack(words.get("text")));
    if (words.has("set")) state.set = Array.from(await unpack(words.get("set")));
  } catch {
    state.isDamaged = true;
  }
  return state;
}

/** The index after the last change of an order: paths before it may mean something else now. */
const afterOrders = (set) => set.findLastIndex((change) => change.order) + 1;

/** The state with one more change; a later value of the same place takes the place of an earlier one. */
export function withChange(state, change) {
  const from = afterOrders(state.set);
  const rest = state.set.filter((known, index) => index < from || known.path !== change.path || change.order);
  return { ...state, set: [...rest, change] };
}

/** The state without the last value of a place. */
export function withoutChange(state, path) {
  const from = afterOrders(state.set);
  return { ...state, set: state.set.filter((known, index) => index < from || known.path !== path) };
}

/** Paths whose value can be undone by itself. */
export const changedPaths = (state) => new Set(state.set.slice(afterOrders(state.set)).map((change) => change.path));

/** Changes in words, for a pin. */
export function inWords(state) {
  const changes = state.set.map((change) =>
    change.order ? `${change.path}: another order` : `${change.path} = ${change.value}`);
  return [...(state.text === null ? [] : ["text edited"]), ...changes];
}
