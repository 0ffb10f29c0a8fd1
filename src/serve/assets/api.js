// The server's answers.

/** What a refused request was told. */
export class Refused extends Error {
  constructor(status, { code, message, help }) {
    super(message);
    Object.assign(this, { status, code, help });
  }
}

async function checked(response) {
  if (response.ok) return response;
  let error = { code: "unknown", message: `the server answered ${response.status}`, help: "" };
  try {
    error = (await response.json()).error;
  } catch {
    // The status says enough.
  }
  throw new Refused(response.status, error);
}

export const get = async (path) => (await checked(await fetch(path))).json();

const send = (path, body, signal) =>
  fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), signal });

export const post = async (path, body, signal) => (await checked(await send(path, body, signal))).json();

/** A file to keep, with its name. */
export async function keep(path, body) {
  const response = await checked(await send(path, body));
  const name = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1] ?? "download";
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Calls `seen(name, data)` for each event, as they arrive. */
export async function stream(path, body, signal, seen) {
  const response = await checked(await send(path, body, signal));
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "", last = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    waiting += value;
    const events = waiting.split("\n\n");
    waiting = events.pop();
    for (const event of events.filter((text) => !text.startsWith(":"))) {
      const [name, data] = event.split("\n");
      last = name.slice("event: ".length);
      seen(last, JSON.parse(data.slice("data: ".length)));
    }
  }
  if (last !== "done" && last !== "error") {
    throw new Refused(500, { code: "cut", message: "the server stopped in the middle of a result", help: "" });
  }
}
