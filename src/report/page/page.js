// Reading charts at one place, with the pointer or the keyboard. Everything it shows is in the page without it.
"use strict";
(() => {
  document.documentElement.classList.add("scripted-page");
  const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
  const grouped = (value, decimals) =>
    value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });

  // A distribution: the share of replications at or under the cost that is pointed at.
  function readCosts(plot) {
    const values = JSON.parse(plot.dataset.costs);
    const low = Number(plot.dataset.low), high = Number(plot.dataset.high);
    const decimals = Number(plot.dataset.decimals), last = values.length - 1;
    const line = document.createElement("span");
    line.className = "reader";
    line.hidden = true;
    const text = document.createElement("output");
    line.append(text);
    plot.append(line);
    Object.assign(plot, { tabIndex: 0 });
    plot.setAttribute("role", "slider");
    plot.setAttribute("aria-label", `${plot.dataset.name}: cost at a quantile`);
    plot.setAttribute("aria-valuemin", "0");
    plot.setAttribute("aria-valuemax", "100");
    let at = last / 2;
    const say = (cost, share, pointed) => {
      const place = clamp((cost - low) / (high - low), 0, 1);
      line.style.left = `${place * 100}%`;
      line.classList.toggle("left", place > 0.5);
      const percent = (share * 100).toFixed(1);
      const words = pointed
        ? `${grouped(cost, decimals)} ${plot.dataset.currency}: ${percent} % of replications cost at most this`
        : `p${percent}: ${grouped(cost, decimals)} ${plot.dataset.currency}`;
      text.textContent = words;
      plot.setAttribute("aria-valuenow", percent);
      plot.setAttribute("aria-valuetext", words);
      line.hidden = false;
    };
    const quantile = () => say(values[at], at / last, false);
    plot.setAttribute("aria-valuenow", "50");
    plot.setAttribute("aria-valuetext", `p50: ${grouped(values[last / 2], decimals)} ${plot.dataset.currency}`);
    plot.addEventListener("pointermove", (event) => {
      const box = plot.getBoundingClientRect();
      const cost = low + clamp((event.clientX - box.left) / box.width, 0, 1) * (high - low);
      let under = 0;
      while (under <= last && values[under] <= cost) under += 1;
      say(cost, Math.max(0, under - 1) / last, true);
    });
    plot.addEventListener("pointerleave", () => { if (document.activeElement !== plot) line.hidden = true; });
    plot.addEventListener("focus", quantile);
    plot.addEventListener("blur", () => { line.hidden = true; });
    plot.addEventListener("keydown", (event) => {
      const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -20, PageUp: 20, Home: -last, End: last };
      if (!(event.key in steps)) return;
      event.preventDefault();
      at = clamp(at + steps[event.key], 0, last);
      quantile();
    });
  }

  // A timeline: every lane at the instant under the cursor.
  function readLanes(section) {
    const data = JSON.parse(section.querySelector(".lanes-data").textContent);
    const lanes = section.querySelector(".lanes"), cursor = section.querySelector(".cursor");
    const readout = section.querySelector(".readout"), clock = section.querySelector(".cursor-time");
    const axis = section.querySelector(".time-axis");
    const start = Date.parse(`${data.start.slice(0, 19)}Z`);
    let now = 0;
    const civil = (ms) => {
      const text = new Date(start + ms).toISOString();
      return `${text.slice(0, 10)} ${text.slice(11, 19)}${ms % 1000 ? text.slice(19, 23) : ""}`;
    };
    const find = (points, ms) => {
      let low = 0, high = points.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (points[middle][0] <= ms) low = middle + 1; else high = middle;
      }
      return low - 1;
    };
    const value = (points, ms, decimals) => {
      const index = find(points, ms);
      return index < 0 || points[index][1] === null ? "–" : grouped(points[index][1], decimals);
    };
    const row = (name, text, className) => {
      const div = document.createElement("div"), dt = document.createElement("dt"), dd = document.createElement("dd");
      if (className) div.className = className;
      dt.textContent = name;
      dd.textContent = text;
      div.append(dt, dd);
      return div;
    };
    const show = (ms) => {
      now = clamp(Math.round(ms), 0, data.horizon - 1);
      const box = lanes.getBoundingClientRect(), plot = axis.getBoundingClientRect();
      cursor.style.left = `${plot.left - box.left + (now / data.horizon) * plot.width}px`;
      clock.textContent = civil(now);
      const rows = data.lanes.map((lane) => {
        if (lane.b) {
          const index = find(lane.b, now);
          const block = lane.b[index];
          return row(lane.n, block && now < block[1] ? block[2] : "–");
        }
        const limits = (lane.l || []).filter(([name]) => name !== "zero")
          .map(([name, points]) => `; ${name} ${value(points, now, lane.d)}`).join("");
        return row(lane.n, `${value(lane.p || [], now, lane.d)} ${lane.u}${limits}`);
      });
      const last = find(data.events, now);
      const latest = last < 0 ? "none yet" : `${civil(data.events[last][0])} ${data.events[last][1]}`;
      rows.push(row("latest event", latest, "event"));
      readout.replaceChildren(...rows);
      lanes.setAttribute("aria-valuenow", String(Math.floor(now / 1000)));
      const told = rows.map((one) => `${one.firstChild.textContent} ${one.lastChild.textContent}`).join("; ");
      lanes.setAttribute("aria-valuetext", `${civil(now)}. ${told}`);
    };
    const point = (event) => {
      const plot = axis.getBoundingClientRect();
      show(((event.clientX - plot.left) / plot.width) * data.horizon);
    };
    const jump = (direction) => {
      const times = data.events.map(([at]) => at);
      const next = direction > 0 ? times.find((at) => at > now) : times.findLast((at) => at < now);
      if (next !== undefined) show(next);
    };
    lanes.addEventListener("pointermove", (event) => { if (event.pointerType === "mouse" || event.buttons) point(event); });
    lanes.addEventListener("pointerdown", point);
    lanes.addEventListener("keydown", (event) => {
      const step = event.shiftKey ? 1000 : data.horizon / 200;
      const moves = {
        ArrowLeft: () => show(now - step), ArrowRight: () => show(now + step),
        PageDown: () => jump(-1), PageUp: () => jump(1), Home: () => show(0), End: () => show(data.horizon - 1),
      };
      if (!(event.key in moves)) return;
      event.preventDefault();
      moves[event.key]();
    });
    for (const button of section.querySelectorAll("[data-step]")) {
      button.addEventListener("click", () => jump(Number(button.dataset.step)));
    }
    window.addEventListener("resize", () => show(now));
    show(0);
  }

  // A link to a rule opens nothing by itself, but what it leads from may be closed: the way back is the browser's.
  function connect(root) {
    for (const plot of root.querySelectorAll(".plot[data-costs]:not([role])")) readCosts(plot);
    for (const section of root.querySelectorAll(".timeline:not([data-read])")) {
      section.dataset.read = "";
      readLanes(section);
    }
  }
  connect(document);
  // On paper every line of a bill stays as the reader left it; the live page connects what it inserts.
  window.deploysimPage = { connect };
})();
