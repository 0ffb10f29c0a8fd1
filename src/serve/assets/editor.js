// The text with its line numbers, and findings that lead to their place.

import { make } from "./dom.js";

/** An editor that tells `typed(text)`. */
export function makeEditor(area, numbers, typed) {
  let lines = 0;
  const count = () => {
    const now = area.value.split("\n").length;
    if (now === lines) return;
    lines = now;
    numbers.textContent = Array.from({ length: lines }, (_, index) => index + 1).join("\n");
  };
  const follow = () => { numbers.scrollTop = area.scrollTop; };
  area.addEventListener("scroll", follow);
  area.addEventListener("input", () => { count(); typed(area.value); });
  return {
    show(text) {
      if (area.value !== text) {
        const { selectionStart, selectionEnd } = area;
        area.value = text;
        if (area === document.activeElement) area.setSelectionRange(selectionStart, selectionEnd);
      }
      count();
      follow();
    },
    invalid(isInvalid) {
      if (isInvalid) area.setAttribute("aria-invalid", "true");
      else area.removeAttribute("aria-invalid");
    },
    /** Marks a place; it is scrolled into sight. */
    select(from, to) {
      area.focus();
      area.setSelectionRange(from, to);
      const height = area.scrollHeight / Math.max(1, lines);
      area.scrollTop = Math.max(0, (area.value.slice(0, from).split("\n").length - 4) * height);
    },
  };
}

const MARKS = { error: "Error", warning: "Warning", note: "Note" };

/** Findings as a list; each with a place is a button that leads there. */
export function showFindings(region, findings, goTo) {
  const shown = findings.filter((finding) => finding.severity !== "note");
  const notes = findings.length - shown.length;
  const item = (finding) => {
    const place = finding.line ? `line ${finding.line}, column ${finding.column}` : "";
    const lead = finding.line ? make("button", { type: "button", onclick: () => goTo(finding) }, place) : null;
    const words = [finding.message, finding.label].filter(Boolean).join(": ");
    const more = finding.data ? [`${finding.data.file}, line ${finding.data.line}`] : [];
    return make("li", { class: finding.severity },
      make("strong", {}, MARKS[finding.severity]), " ", lead, " ", make("span", {}, words),
      ...[...more, ...finding.help].map((help) => make("p", { class: "note" }, help)));
  };
  const next = shown.length > 0 ? [make("ul", { class: "findings" }, ...shown.map(item))] : [];
  if (notes > 0) {
    next.push(make("details", {}, make("summary", {}, notes === 1 ? "1 note" : `${notes} notes`),
      make("ul", { class: "findings" }, ...findings.filter((finding) => finding.severity === "note").map(item))));
  }
  // What is already there is not read out again.
  const text = next.map((element) => element.textContent).join();
  if (text !== region.dataset.text) {
    region.dataset.text = text;
    region.replaceChildren(...next);
  }
}
