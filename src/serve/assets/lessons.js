// The course: sends what is predicted, shows what it is worth, and remembers in this browser what was answered.

import * as api from "./api.js";
import { put } from "./results.js";

const KEY = "deploysim.lessons";
const WORDS = { right: "answered", wrong: "tried" };

/** What was answered: for each lesson `right` once it was right, else `wrong`. A browser may refuse to keep it. */
function known() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return kept !== null && typeof kept === "object" && !Array.isArray(kept) ? kept : {};
  } catch {
    return {};
  }
}

function keep(answers) {
  try {
    localStorage.setItem(KEY, JSON.stringify(answers));
  } catch {
    // Then it is known until the page is left.
  }
}

function remember(lesson, isRight) {
  const answers = known();
  if (answers[lesson] !== "right") answers[lesson] = isRight ? "right" : "wrong";
  keep(answers);
}

function showProgress() {
  const answers = known();
  const marks = [...document.querySelectorAll(".done")];
  for (const mark of marks) {
    const word = Object.hasOwn(WORDS, answers[mark.dataset.lesson]) ? answers[mark.dataset.lesson] : "";
    mark.textContent = WORDS[word] ?? "";
    mark.classList.toggle("is-right", word === "right");
  }
  const progress = document.getElementById("progress");
  if (progress === null) return;
  const right = marks.filter((mark) => mark.classList.contains("is-right")).length;
  progress.value = `${right} of ${marks.length} answered in this browser.`;
}

function answering(form) {
  const lesson = form.closest("[data-lesson]").dataset.lesson;
  const complaint = document.getElementById("complaint");
  const place = document.getElementById("answered");
  const button = form.querySelector("button");
  const fields = [...form.querySelectorAll("input")];
  let asked = null;

  function complain(message) {
    complaint.textContent = message;
    for (const field of fields) field.setAttribute("aria-invalid", String(message !== ""));
    if (message !== "") fields[0].focus();
  }

  form.addEventListener("input", () => { if (complaint.textContent !== "") complain(""); });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = String(new FormData(form).get("answer") ?? "").trim();
    if (answer === "") {
      complain(fields[0].type === "radio" ? "Choose an answer first." : "Write an answer first.");
      return;
    }
    asked?.abort();
    asked = new AbortController();
    button.setAttribute("aria-busy", "true");
    try {
      const said = await api.post(`/api/lessons/${lesson}/answer`, { answer }, asked.signal);
      complain("");
      put(place, said.html);
      remember(lesson, said.is_right);
      showProgress();
      document.getElementById("verdict").focus();
    } catch (error) {
      if (error.name === "AbortError") return;
      complain([error.message, error.code === "unreadable_answer" ? "" : (error.help ?? "")].filter(Boolean).join(": "));
    } finally {
      button.removeAttribute("aria-busy");
    }
  });
}

const form = document.getElementById("prediction");
if (form !== null) answering(form);
document.getElementById("forget")?.addEventListener("click", () => {
  keep({});
  showProgress();
});
showProgress();
