// The page: what is changed goes into the state, and the state is asked about.

import * as api from "./api.js";
import { later, make } from "./dom.js";
import { makeEditor, showFindings } from "./editor.js";
import { makeForm } from "./form.js";
import { makePins } from "./pins.js";
import { makeResults } from "./results.js";
import * as states from "./state.js";

const byId = (id) => document.getElementById(id);
const WAIT = 150;

let state = null, checked = null, checking = null, focusAfter = null;

const form = makeForm(byId("parts"), {
  changed(change, { focus = null } = {}) {
    focusAfter = focus;
    become(states.withChange(state, change));
  },
  undone: (path) => become(states.withoutChange(state, path)),
});
const editor = makeEditor(byId("text"), document.querySelector(".numbers"), (text) => become({ ...state, text, set: [] }));
const results = makeResults({
  results: byId("results"), standing: byId("standing"), said: byId("said"), progress: byId("progress"), study: byId("study"),
  oneWorld: byId("one-world"), strategy: byId("strategy"), world: byId("world"), told: byId("told"),
}, (result) => {
  byId("pin").disabled = false;
  pins.show(state, result.comparison);
});
const pins = makePins(byId("pins"), (kept) => become(kept, { isWhole: true }));

const refresh = later(WAIT, async () => {
  history.replaceState(null, "", await states.toFragment(state));
  await Promise.all([check(), run()]);
});

/** Another state is shown; `isWhole` if it is not the present one with a change. */
function become(next, { isWhole = false } = {}) {
  state = next;
  byId("reset").disabled = state.set.length === 0 && state.text === null;
  if (isWhole) {
    byId("scenario").value = state.scenario;
    byId("seed").value = state.seed;
    byId("replications").value = state.replications;
    byId("strategy").selectedIndex = -1;
  }
  results.age();
  refresh();
}

async function check() {
  checking?.abort();
  checking = new AbortController();
  const { signal } = checking;
  const asked = state;
  try {
    const answer = await api.post("/api/check", states.ask(asked), signal);
    // What has been typed since is not overwritten.
    if (signal.aborted || asked !== state) return;
    checked = answer;
    showFindings(byId("problems"), answer.diagnostics, goTo);
    const hasErrors = answer.diagnostics.some((finding) => finding.severity === "error");
    if (answer.form.parts.length > 0) form.show(answer.form, states.changedPaths(state), answer.diagnostics, focusAfter);
    focusAfter = null;
    form.find(byId("find").value);
    editor.show(answer.text);
    editor.invalid(hasErrors);
    document.title = answer.scenario ? `${answer.scenario.name} – deploysim` : "deploysim";
  } catch (error) {
    if (!signal.aborted) showFindings(byId("problems"), [{ severity: "error", message: error.message, help: [error.help ?? ""].filter(Boolean) }], goTo);
  }
}

async function run() {
  const of = state;
  const asked = states.ask(of);
  const last = await results.ask(asked, () => of === state);
  if (last) await results.tell(asked, last.comparison.strategies.map((one) => one.name));
}

/** To the place of a finding: in the form if it is a value, in the text otherwise. */
function goTo(finding) {
  if (!byId("values").hidden && finding.path && form.focus(finding.path)) return;
  view("text");
  editor.show(checked.text);
  editor.select(finding.from, finding.to);
}

function view(name) {
  document.querySelector(`input[name="view"][value="${name}"]`).checked = true;
  byId("values").hidden = name !== "values";
  byId("editor").hidden = name !== "text";
}

async function keep(path, button) {
  button.disabled = true;
  try {
    await api.keep(path, states.ask(state));
  } catch (error) {
    showFindings(byId("problems"), [{ severity: "error", message: error.message, help: [error.help ?? ""].filter(Boolean) }], goTo);
  }
  button.disabled = false;
}

async function share(button) {
  const address = `${location.origin}${location.pathname}${await states.toFragment(state)}`;
  history.replaceState(null, "", address);
  let said = "Copied";
  try {
    await navigator.clipboard.writeText(address);
  } catch {
    said = "It is in the address bar";
  }
  const words = button.textContent;
  button.textContent = said;
  setTimeout(() => { button.textContent = words; }, 2000);
}

function number(input, key) {
  input.addEventListener("input", () => {
    if (input.checkValidity() && input.value !== "") become({ ...state, [key]: Number(input.value) });
  });
}

function choices(list) {
  const groups = [["own", "Yours"], ["scenario", "Scenarios"], ["lesson", "Lessons"]];
  for (const [kind, label] of groups) {
    const cards = list.filter((card) => card.kind === kind);
    if (cards.length === 0) continue;
    const option = (card) => make("option", { value: card.id, disabled: !card.is_available, title: card.question || card.missing },
      card.is_available ? card.name.replaceAll("_", " ") : `${card.name.replaceAll("_", " ")} (its data files are not here)`);
    byId("scenario").append(make("optgroup", { label }, ...cards.map(option)));
  }
}

async function begin() {
  const shelf = await api.get("/api/scenarios");
  choices(shelf.scenarios);
  const opened = await states.fromFragment(location.hash, shelf.first);
  if (!shelf.scenarios.some((card) => card.id === opened.scenario)) opened.scenario = shelf.first;
  become(opened, { isWhole: true });
  window.addEventListener("hashchange", async () => become(await states.fromFragment(location.hash, shelf.first), { isWhole: true }));
}

byId("scenario").addEventListener("change", (event) =>
  become({ ...states.begin(event.target.value), seed: state.seed, replications: state.replications }, { isWhole: true }));
number(byId("seed"), "seed");
number(byId("replications"), "replications");
byId("reset").addEventListener("click", () => become({ ...state, set: [], text: null }));
byId("share").addEventListener("click", (event) => share(event.currentTarget));
byId("keep-ron").addEventListener("click", (event) => keep("/api/scenario", event.currentTarget));
byId("keep-csv").addEventListener("click", (event) => keep("/api/csv", event.currentTarget));
byId("pin").addEventListener("click", () => pins.add());
byId("find").addEventListener("input", () => form.find(byId("find").value));
byId("values").addEventListener("submit", (event) => event.preventDefault());
for (const radio of document.querySelectorAll('input[name="view"]')) radio.addEventListener("change", () => view(radio.value));
for (const id of ["strategy", "world"]) {
  byId(id).addEventListener("change", () => {
    const names = [...byId("strategy").options].map((option) => option.value);
    results.tell(states.ask(state), names);
  });
}
begin().catch((error) => { byId("standing").textContent = `The server does not answer: ${error.message}`; });
