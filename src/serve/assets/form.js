// The values of a scenario, by part. Everything in it comes from the server's form; what is typed goes back by its path.

import { make } from "./dom.js";

const idOf = (path) => `value-${path.replaceAll(/[^\w]/g, "-")}`;

/** A form in `parts` that tells `changed(change)` and `undone(path)`. */
export function makeForm(parts, { changed, undone }) {
  let shape = "";
  let open = new Set();

  const told = (field, value) => {
    const { kind, quoted, words } = field.control;
    const bare = (kind === "choice" && !quoted) || (kind === "money" && words.includes(value));
    changed({ path: field.path, value, ...(bare ? { bare: true } : {}) });
  };

  function choice(field, attributes) {
    const { options } = field.control;
    const shown = options.includes(field.value) ? options : [field.value, ...options];
    const control = make("select", { ...attributes, onchange: (event) => told(field, event.target.value) });
    control.append(...shown.map((option) => make("option", { value: option }, option)));
    return control;
  }

  function typed(field, attributes) {
    const { kind, words = [] } = field.control;
    const type = kind === "whole" ? { type: "number", min: field.control.least, max: field.control.most, step: 1 } : { type: "text" };
    const list = words.length > 0 ? make("datalist", { id: `${attributes.id}-words` }, ...words.map((word) => make("option", { value: word }))) : null;
    const control = make("input", {
      ...attributes, ...type,
      inputmode: kind === "money" || kind === "number" ? "decimal" : null,
      list: list ? list.id : null,
      placeholder: field.example || null,
      autocomplete: "off",
      oninput: (event) => { if (event.target.value.trim() !== "") told(field, event.target.value.trim()); },
    });
    return list ? [control, list] : [control];
  }

  function row(field) {
    const id = idOf(field.path);
    const attributes = { id, "data-path": field.path, "aria-describedby": `${id}-about ${id}-problem` };
    const controls = field.control.kind === "choice" ? [choice(field, attributes)]
      : field.control.kind === "truth" ? [make("input", { ...attributes, type: "checkbox", onchange: (event) => told(field, String(event.target.checked)) })]
      : typed(field, attributes);
    return make("div", { class: "field", "data-field": field.path },
      make("label", { for: id }, field.label),
      make("span", { class: "control" }, ...controls, field.unit ? make("span", { class: "unit" }, field.unit) : null,
        make("button", { type: "button", class: "undo", hidden: true, "aria-label": `Undo ${field.label}`, onclick: () => undone(field.path) }, "Undo")),
      make("span", { class: "about", id: `${id}-about` }),
      make("p", { class: "problem", id: `${id}-problem`, hidden: true }));
  }

  function order(list) {
    const move = (from, to) => {
      const places = list.items.map((_, index) => index);
      places.splice(to, 0, ...places.splice(from, 1));
      changed({ path: list.path, order: places }, { focus: `${list.path} ${to} ${to < from ? "up" : "down"}` });
    };
    const button = (index, way) => {
      const to = index + (way === "up" ? -1 : 1);
      const isOff = to < 0 || to >= list.items.length;
      return make("button", {
        type: "button", "data-move": `${list.path} ${index} ${way}`, "aria-disabled": isOff ? "true" : null,
        "aria-label": `Move ${list.items[index]} ${way}`, onclick: () => { if (!isOff) move(index, to); },
      }, way === "up" ? "↑" : "↓");
    };
    const items = list.items.map((item, index) => make("li", {}, make("span", {}, item), button(index, "up"), button(index, "down")));
    return make("div", { class: "order", "data-field": list.path },
      make("p", {}, `Order of ${list.label}`), make("ol", {}, ...items));
  }

  function part(one) {
    const kind = one.kind.charAt(0).toUpperCase() + one.kind.slice(1);
    const title = one.name ? `${kind} “${one.name}”` : kind;
    const written = one.fields.filter((field) => !field.is_default);
    const offered = one.fields.filter((field) => field.is_default);
    const key = one.path || "scenario";
    const inner = [...one.orders.map(order), ...written.map(row)];
    if (offered.length > 0) {
      const rest = make("details", { class: "defaults", "data-key": `${key} defaults` },
        make("summary", {}, `${offered.length} more at their default`), ...offered.map(row));
      inner.push(written.length === 0 && one.orders.length === 0 ? make("div", {}, ...offered.map(row)) : rest);
    }
    return make("details", { class: "part", "data-key": key }, make("summary", {}, title), ...inner);
  }

  function build(form) {
    const first = form.parts.find((one) => one.kind === "strategy" && one.orders.length > 0) ?? form.parts.find((one) => one.kind === "strategy");
    // On a narrow window results would be far below.
    if (shape === "" && first && matchMedia("(min-width: 62rem)").matches) open = new Set([first.path]);
    const focused = document.activeElement?.dataset?.path;
    const selection = focused && document.activeElement.type === "text" ? document.activeElement.selectionStart : null;
    parts.replaceChildren(...form.parts.map(part));
    if (form.is_cut) parts.append(make("p", { class: "note" }, "There are more values: the text has them all."));
    for (const details of parts.querySelectorAll("details")) details.open = open.has(details.dataset.key);
    const again = focused && parts.querySelector(`[data-path="${CSS.escape(focused)}"]`);
    if (again) {
      again.focus();
      if (selection !== null && again.type === "text") again.setSelectionRange(selection, selection);
    }
  }

  parts.addEventListener("toggle", (event) => {
    const { key } = event.target.dataset;
    if (key && !event.target.dataset.found) event.target.open ? open.add(key) : open.delete(key);
  }, true);

  function fill(form, changedPaths, findings) {
    for (const field of form.parts.flatMap((one) => one.fields)) {
      const control = parts.querySelector(`[data-path="${CSS.escape(field.path)}"]`);
      const line = control.closest(".field");
      if (control.type === "checkbox") control.checked = field.value === "true";
      else if (control !== document.activeElement && control.value !== field.value) control.value = field.value;
      const isChanged = changedPaths.has(field.path);
      line.classList.toggle("changed", isChanged);
      line.querySelector(".undo").hidden = !isChanged;
      const rules = field.rules.length > 0 ? `rules ${field.rules.join(", ")}` : "";
      line.querySelector(".about").textContent = [field.is_default ? "default" : "", rules].filter(Boolean).join("; ");
      const own = findings.filter((finding) => finding.path === field.path && finding.severity !== "note");
      const problem = line.querySelector(".problem");
      problem.hidden = own.length === 0;
      problem.textContent = own.map((finding) => [finding.message, finding.label, ...finding.help].filter(Boolean).join("; ")).join(". ");
      if (own.some((finding) => finding.severity === "error")) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    }
  }

  return {
    /** Shows a form; what is being typed stays as it is. */
    show(form, changedPaths, findings, focus) {
      const next = JSON.stringify(form.parts.map((one) => [one.path, one.name, one.orders, one.fields.map((field) => [field.path, field.control, field.is_default])]));
      if (next !== shape) build(form);
      shape = next;
      fill(form, changedPaths, findings);
      if (focus) {
        const moved = parts.querySelector(`[data-move="${CSS.escape(focus)}"]`);
        if (moved) moved.focus();
      }
    },
    /** Shows only values whose name or path has these words. */
    find(words) {
      const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
      for (const section of parts.querySelectorAll("details.part")) {
        const title = section.querySelector("summary").textContent.toLowerCase();
        let count = 0;
        for (const line of section.querySelectorAll("[data-field]")) {
          const text = `${title} ${line.dataset.field} ${line.querySelector("label, p").textContent}`.toLowerCase();
          line.hidden = !wanted.every((word) => text.includes(word));
          if (!line.hidden) count += 1;
        }
        section.hidden = count === 0;
        for (const details of [section, ...section.querySelectorAll("details")]) {
          if (wanted.length > 0) {
            details.dataset.found = "";
            details.open = true;
          } else if ("found" in details.dataset) {
            details.open = open.has(details.dataset.key);
            setTimeout(() => delete details.dataset.found);
          }
        }
      }
    },
    /** Brings the value of a path to the eye and the keyboard. */
    focus(path) {
      const control = parts.querySelector(`[data-path="${CSS.escape(path)}"]`);
      if (!control) return false;
      for (let node = control.closest("details"); node; node = node.parentElement.closest("details")) node.open = true;
      control.focus();
      return true;
    },
  };
}
