// Results as they arrive, and one world told.

import * as api from "./api.js";
import { make } from "./dom.js";

/** Puts markup of the server into a place; what the reader opened, chose or stood on there stays so. */
export function put(place, html) {
  const key = (details) => details.querySelector("summary")?.textContent ?? "";
  const opened = new Map([...place.querySelectorAll("details")].map((one) => [key(one), one.open]));
  const chosen = [...place.querySelectorAll("input[type=radio]:checked")].map((one) => [one.name, one.value]);
  const steps = [];
  for (let node = document.activeElement; node && node !== place && place.contains(node); node = node.parentElement) {
    steps.unshift([...node.parentElement.children].indexOf(node));
  }
  place.innerHTML = html;
  for (const details of place.querySelectorAll("details")) details.open = opened.get(key(details)) ?? details.open;
  for (const [name, value] of chosen) {
    const radio = place.querySelector(`input[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]`);
    if (radio) radio.checked = true;
  }
  window.deploysimPage.connect(place);
  if (steps.length > 0) steps.reduce((node, step) => node?.children[step], place)?.focus({ preventScroll: true });
}

const grouped = (number) => number.toLocaleString("en-US");

const BUSY = 503;

/** Streams events; a server that is busy is asked again. */
async function streamWhenFree(request, signal, seen) {
  for (;;) {
    try {
      return await api.stream("/api/run", request, signal, seen);
    } catch (error) {
      if (error.status !== BUSY || error.code !== "busy" || signal.aborted) throw error;
      await new Promise((done) => { setTimeout(done, 2000); });
      if (signal.aborted) throw error;
    }
  }
}

/** The results of a scenario. `elements` are those of the page; `arrived(result)` is told of each. */
export function makeResults(elements, arrived) {
  let run = null, telling = null, toldFor = "";

  function stand(text, done, total) {
    elements.standing.textContent = text;
    // Only the end is read out.
    if (done >= total) elements.said.textContent = text;
    elements.progress.max = total;
    elements.progress.value = done;
    elements.progress.hidden = done >= total;
  }

  function refused(error) {
    const help = error.code === "broken_scenario" ? "" : (error.help ?? "");
    const below = elements.study.hasChildNodes() ? ". Below is the last result that there was." : "";
    stand([error.message, help].filter(Boolean).join(": ") + below, 1, 1);
  }

  /** Streams results; one that came too late to be shown is not. */
  async function ask(request, isWanted) {
    run?.abort();
    run = new AbortController();
    const { signal } = run;
    elements.results.setAttribute("aria-busy", "true");
    let last = null;
    try {
      await streamWhenFree(request, signal, (name, data) => {
        if (signal.aborted || !isWanted()) return;
        if (name === "progress") stand(`${grouped(data.done)} of ${grouped(data.total)} worlds`, data.done, data.total);
        if (name === "error") refused(data.error);
        if (name === "result") {
          last = data;
          put(elements.study, data.html);
          elements.study.classList.remove("stale");
          stand(`${grouped(data.replications)} of ${grouped(data.of)} worlds`, data.replications, data.of);
          arrived(data);
        }
      });
    } catch (error) {
      if (signal.aborted) return null;
      refused(error);
    }
    if (signal.aborted) return null;
    elements.results.setAttribute("aria-busy", "false");
    elements.study.classList.toggle("stale", last === null);
    return last;
  }

  async function tell(request) {
    telling?.abort();
    telling = new AbortController();
    const { signal } = telling;
    try {
      const told = await api.post("/api/replication", request, signal);
      put(elements.told, told.html);
      elements.strategy.value = told.strategy;
      elements.told.classList.remove("stale");
    } catch (error) {
      if (signal.aborted) return;
      elements.told.replaceChildren(make("p", { class: "warning" }, [error.message, error.help].filter(Boolean).join(": ")));
    }
  }

  return {
    ask,
    /** Tells one world of a scenario with these strategies. */
    async tell(request, strategies) {
      const names = JSON.stringify(strategies);
      if (names !== toldFor) {
        elements.strategy.replaceChildren(...strategies.map((name) => make("option", { value: name }, name)));
        elements.strategy.selectedIndex = -1;
        toldFor = names;
      }
      elements.oneWorld.hidden = false;
      const index = elements.strategy.selectedIndex;
      const world = Number(elements.world.value);
      const replication = Number.isSafeInteger(world) && world >= 0 ? world : 0;
      await tell({ ...request, replication, ...(index < 0 ? {} : { strategy: index }) });
    },
    /** What is shown belongs to an earlier state. */
    age() {
      elements.study.classList.add("stale");
      elements.told.classList.add("stale");
    },
  };
}
