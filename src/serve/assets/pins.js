// Results that are kept for comparing, side by side, for as long as the tab is open.

import { make } from "./dom.js";
import { inWords } from "./state.js";

const KEPT = "deploysim pins";
const MOST = 8;

const money = (text, currency) =>
  `${Number(text).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 })} ${currency}`;
const percent = (share) => `${(share * 100).toFixed(2)} %`;

function load() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT)) ?? [];
  } catch {
    return [];
  }
}

/** A result with the state it is of, as far as a pin needs it. */
function pinned(state, comparison, number) {
  const strategies = comparison.strategies.map((one) => ({
    name: one.name, mean: one.cost.mean, p95: one.cost.p95,
    // Whoever rents no machine has none that could be away.
    availability: one.types || one.launches_mean > 0 ? one.availability.mean : null,
  }));
  return {
    name: `Pin ${number}`, state, scenario: comparison.scenario, currency: comparison.currency,
    replications: comparison.replications, changes: inWords(state), strategies,
  };
}

/** The pins of the page in `section`; `open(state)` brings one back. */
export function makePins(section, open) {
  let pins = load(), now = null;
  let number = pins.length;

  const save = () => {
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(pins));
    } catch {
      // Without storage they last as long as the page.
    }
  };

  function difference(one, first) {
    if (!first || first === one) return null;
    const [from, to] = [Number(first.mean), Number(one.mean)];
    const change = to - from;
    const sign = change > 0 ? "+" : change < 0 ? "−" : "±";
    const amount = Math.abs(change).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
    const percents = Math.abs((change / from) * 100);
    const share = from > 0 ? ` (${sign}${percents.toFixed(percents < 1 ? 2 : 1)} %)` : "";
    return make("div", { class: "difference" }, `${sign}${amount}${share}`);
  }

  function cell(pin, name) {
    const one = pin.strategies.find((strategy) => strategy.name === name);
    if (!one) return make("td", { class: "n" }, "–");
    const base = pins[0];
    const first = base && base !== pin && base.currency === pin.currency ? base.strategies.find((strategy) => strategy.name === name) : null;
    return make("td", { class: "n" },
      make("b", {}, money(one.mean, pin.currency)), difference(one, first),
      make("div", { class: "note" }, `p95 ${money(one.p95, pin.currency)}`),
      one.availability === null ? null : make("div", { class: "note" }, `available ${percent(one.availability)}`));
  }

  function head(pin, index) {
    if (index < 0) return make("th", { scope: "col" }, "Now", make("div", { class: "note" }, about(pin)));
    const name = make("input", { type: "text", value: pin.name, maxlength: 60, "aria-label": `Name of pin ${index + 1}` });
    name.addEventListener("change", () => { pin.name = name.value.trim() || pin.name; save(); });
    return make("th", { scope: "col" }, name,
      make("div", { class: "note" }, about(pin)),
      make("button", { type: "button", "aria-label": `Open ${pin.name}`, onclick: () => open(pin.state) }, "Open"), " ",
      make("button", { type: "button", "aria-label": `Remove ${pin.name}`, onclick: () => remove(index) }, "Remove"));
  }

  const about = (pin) =>
    [`${pin.scenario}, ${pin.replications.toLocaleString("en-US")} worlds, seed ${pin.state.seed}`, ...pin.changes].join("; ");

  function remove(index) {
    pins.splice(index, 1);
    save();
    draw();
    (section.querySelector("button") ?? document.getElementById("pin")).focus();
  }

  function draw() {
    section.hidden = pins.length === 0;
    if (pins.length === 0) return;
    if (section.contains(document.activeElement) && document.activeElement.type === "text") return;
    const shown = now ? [...pins, now] : pins;
    const names = [...new Set(shown.flatMap((pin) => pin.strategies.map((one) => one.name)))];
    const table = make("table", {},
      make("caption", { class: "visually-hidden" }, "Mean cost of each strategy, with the difference to the first pin"),
      make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Mean cost"), ...shown.map((pin) => head(pin, pins.indexOf(pin))))),
      make("tbody", {}, ...names.map((name) => make("tr", {}, make("th", { scope: "row" }, name), ...shown.map((pin) => cell(pin, name))))));
    section.replaceChildren(make("h2", { id: "pins-title" }, "Side by side"),
      make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Pinned results" }, table));
  }

  draw();
  return {
    /** Keeps the result that is shown. */
    add() {
      if (!now) return;
      number += 1;
      pins = [...pins, { ...now, name: `Pin ${number}` }].slice(-MOST);
      save();
      draw();
    },
    /** The result that is shown now. */
    show(state, comparison) {
      now = pinned(state, comparison, number + 1);
      draw();
    },
  };
}
