"use strict";
// The table of all lines: 100 rows at a time out of the embedded JSON, however many there are.
(() => {
  const { about, texts, codes, numbers } = JSON.parse(document.getElementById("data").textContent);
  const { ui, count } = about;
  const ROWS = 100;
  const PRINTED = 1000;
  const COLUMNS = [
    { name: "when", by: "close_by" },
    { name: "code", by: "dossier_code" },
    { name: "rule", by: "rule_id" },
    { name: "applicant", by: "applicant_name" },
    { name: "officer", by: "officer" },
    { name: "due", by: "due_on" },
    { name: "returned", by: "logbook_returned_on" },
    { name: "feed", by: "feed" },
  ];
  const FILTERS = [
    { name: "urgency", by: "urgency", word: (text) => about.urgencies[text] ?? text },
    { name: "rule", by: "rule_id", word: (text) => `${text} ${about.rules[text] ?? ""}` },
    { name: "officer", by: "officer" },
    { name: "field", by: "field_name" },
    { name: "feed", by: "feed" },
    { name: "unit", by: "unit_code" },
  ];
  const SEARCHED = ["dossier_code", "applicant_name", "procedure_name", "officer", "field_name", "detail", "book_no", "line_no", "feed_status"];

  const table = document.getElementById("table");
  const body = table.tBodies[0];
  let labels = 0;
  const state = { chosen: {}, certainty: "", query: "", sorted: null, isDown: false, page: 0 };
  let order = [];

  // Small helpers: what comes from data enters as text, never as markup.

  const element = (name, facts = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(facts)) {
      if (value !== null && value !== undefined) made.setAttribute(key, value);
    }
    made.append(...children.filter((child) => child !== "" && child !== null));
    return made;
  };
  const fill = (phrase, values) => phrase.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const amount = (value, digits = 0) => value.toLocaleString(about.lang === "vi" ? "vi-VN" : "en", { maximumFractionDigits: digits });
  const text = (column, line) => (codes[column][line] ? texts[column][codes[column][line] - 1] : "");
  const number = (column, line) => numbers[column][line] ?? null;
  const day = (iso) => iso.split("-").reverse().join("/");
  const dayOf = (column, line) => day(text(column, line));
  const fold = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
  const codeOf = (line) => text("dossier_code", line) || ui.no_code;
  const place = (side, line) => (text(`${side}_file`, line) ? `${text(`${side}_file`, line)}:${number(`${side}_row`, line)}` : "");

  // Search, filters, order

  const folded = {};
  const foldedOf = (column) => (folded[column] ??= texts[column].map(fold));
  const linesWith = (word) => {
    const found = new Uint8Array(count);
    for (const column of SEARCHED) {
      const hits = foldedOf(column).map((one) => one.includes(word));
      if (hits.includes(true)) codes[column].forEach((code, line) => { if (code && hits[code - 1]) found[line] = 1; });
    }
    return found;
  };
  const collator = new Intl.Collator("vi", { numeric: true });
  const ranks = {};
  const ranksOf = (column) => {
    if (!ranks[column]) {
      const places = texts[column].map((_, place) => place);
      places.sort((one, other) => collator.compare(texts[column][one], texts[column][other]));
      ranks[column] = new Uint32Array(places.length + 1);
      places.forEach((place, rank) => { ranks[column][place + 1] = rank + 1; });
    }
    return ranks[column];
  };
  const select = () => {
    const words = fold(state.query).split(/\s+/).filter(Boolean).map(linesWith);
    const chosen = Object.entries(state.chosen).filter(([, code]) => code !== "");
    const passes = (line) =>
      chosen.every(([column, code]) => codes[column][line] === Number(code)) &&
      (state.certainty === "" || numbers.doubtful[line] === Number(state.certainty)) &&
      words.every((found) => found[line]);
    order = [];
    for (let line = 0; line < count; line += 1) if (passes(line)) order.push(line);
    if (state.sorted) sort();
  };
  const sort = () => {
    const rank = ranksOf(state.sorted);
    const code = codes[state.sorted];
    const sign = state.isDown ? -1 : 1;
    order.sort((one, other) => {
      if (!code[one] || !code[other]) return (code[one] ? 0 : 1) - (code[other] ? 0 : 1) || one - other; // none: last
      return sign * (rank[code[one]] - rank[code[other]]) || one - other;
    });
  };

  // One line, and its evidence

  const cell = (name, ...children) => {
    const className = name === "due" || name === "returned" ? "day" : null;
    return element("td", { role: "cell", class: className, "data-label": ui[`column_${name}`] }, ...children);
  };
  const badge = (line) => {
    const urgency = text("urgency", line) || "none";
    return element("span", { class: `badge ${/^\w+$/.test(urgency) ? urgency : ""}` }, about.urgencies[urgency] ?? urgency);
  };
  const small = (words) => (words ? element("small", {}, words) : "");
  const opener = (line) => {
    const label = fill(ui.open_line, { code: codeOf(line) });
    const button = element("button", { type: "button", "aria-expanded": "false", "aria-label": label }, ui.open);
    button.addEventListener("click", () => toggle(button, line));
    return button;
  };
  const ruleName = (line) => about.rules[text("rule_id", line)] ?? text("rule", line);
  const row = (line, place) =>
    element(
      "tr",
      { role: "row", "aria-rowindex": place + 2 },
      element("td", { role: "cell", class: "when" }, badge(line), small(dayOf("close_by", line))),
      cell("code", element("span", { class: "code" }, codeOf(line)), small(text("procedure_name", line))),
      cell("rule", `${text("rule_id", line)} ${ruleName(line)}`, small(numbers.doubtful[line] ? `? ${ui.doubtful}` : "")),
      cell("applicant", text("applicant_name", line)),
      cell("officer", text("officer", line), small(text("field_name", line))),
      cell("due", dayOf("due_on", line)),
      cell("returned", dayOf("logbook_returned_on", line)),
      cell("feed", text("feed", line), small(text("feed_status", line))),
      element("td", { role: "cell", class: "see" }, opener(line)),
    );
  const toggle = (button, line) => {
    const isOpen = button.getAttribute("aria-expanded") === "true";
    const above = button.closest("tr");
    if (isOpen) above.nextElementSibling.remove();
    else above.after(element("tr", { role: "row", class: "evidence", id: `evidence-${line}` }, element("td", { role: "cell", colspan: COLUMNS.length + 1 }, ...evidence(line))));
    button.setAttribute("aria-expanded", String(!isOpen));
    if (isOpen) button.removeAttribute("aria-controls");
    else button.setAttribute("aria-controls", `evidence-${line}`);
    button.textContent = isOpen ? ui.open : ui.close;
  };
  const evidence = (line) => [
    element("p", {}, element("strong", {}, text("detail", line))),
    element("div", { class: "both" }, sides(line), about_link(line)),
  ];
  const sides = (line) => {
    const bookLine = [text("book_no", line), text("line_no", line)].filter(Boolean).join(", ");
    const status = [text("feed", line), text("feed_status", line)].filter(Boolean).join(": ");
    const facts = [
      [ui.place, place("logbook", line), place("feed", line)],
      [ui.book_line, bookLine, ""],
      [ui.status, "", status],
      [ui.returned, dayOf("logbook_returned_on", line), dayOf("case_returned_on", line)],
      [ui.finished, "", dayOf("case_finished_on", line)],
    ];
    const either = [[ui.received, dayOf("received_on", line)], [ui.due, dayOf("due_on", line)]];
    const head = [ui.fact, ui.side_book, ui.side_feed].map((name) => element("th", { scope: "col" }, name));
    const name = (words) => element("th", { scope: "row" }, words);
    return element(
      "table",
      {},
      element("thead", {}, element("tr", {}, ...head)),
      element(
        "tbody",
        {},
        ...facts.map(([fact, book, feed]) => element("tr", {}, name(fact), element("td", {}, book || "–"), element("td", {}, feed || "–"))),
        ...either.map(([fact, value]) => element("tr", {}, name(fact), element("td", { colspan: 2 }, value || "–", value ? small(ui.both_sides) : ""))),
      ),
    );
  };
  const about_link = (line) => {
    const score = number("link_score", line);
    const link = [text("method", line), score === null ? "" : `${ui.score} ${amount(score, 4)}`, numbers.doubtful[line] ? ui.doubtful : ""];
    const times = number("times_reopened", line);
    const past = [
      text("first_seen_on", line) && fill(ui.first_seen, { date: dayOf("first_seen_on", line) }),
      times ? fill(ui.reopened, { count: times }) : "",
      text("not_checkable_since", line) && fill(ui.frozen, { date: dayOf("not_checkable_since", line) }),
    ];
    const days = number("days_open", line);
    const facts = [
      [ui.link, link.filter(Boolean).join("; ")],
      [ui.evidence, text("evidence", line)],
      [ui.procedure, text("procedure_name", line)],
      [ui.days_open, days === null ? "" : amount(days)],
      [ui.history, past.filter(Boolean).join("; ")],
    ];
    return element("dl", {}, ...facts.filter(([, value]) => value).flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]));
  };

  // The table, its pages and controls

  const render = (first = state.page * ROWS, rows = ROWS) => {
    const shown = order.slice(first, first + rows).map((line, place) => row(line, first + place));
    const nothing = element("tr", { role: "row" }, element("td", { role: "cell", colspan: COLUMNS.length + 1 }, ui.nothing));
    body.replaceChildren(...(shown.length ? shown : [nothing]));
    table.setAttribute("aria-rowcount", order.length + 1);
    document.getElementById("shown").textContent = fill(ui.shown, { count: amount(order.length), total: amount(count) });
    for (const name of ["pages", "pages-below"]) renderPages(document.getElementById(name));
  };
  const renderPages = (nav) => {
    const last = Math.max(0, Math.ceil(order.length / ROWS) - 1);
    const focused = nav.contains(document.activeElement) ? document.activeElement.dataset.name : null;
    const step = (name, page) => {
      const button = element("button", { type: "button", "data-name": name }, ui[name]);
      button.disabled = page === state.page || page < 0 || page > last;
      button.addEventListener("click", () => { state.page = page; render(); });
      return button;
    };
    const first = state.page * ROWS;
    const where = fill(ui.page, { first: amount(first + 1), last: amount(Math.min(first + ROWS, order.length)) });
    nav.hidden = last === 0;
    nav.replaceChildren(step("first", 0), step("previous", state.page - 1), element("span", {}, where), step("next", state.page + 1), step("last", last));
    if (focused) (nav.querySelector(`[data-name="${focused}"]:enabled`) ?? nav.querySelector("button:enabled"))?.focus();
  };
  const refresh = () => { state.page = 0; select(); render(); };

  const head = () => {
    const made = COLUMNS.map(({ name, by }) => {
      const button = element("button", { type: "button" }, ui[`column_${name}`]);
      const heading = element("th", { scope: "col", role: "columnheader", "aria-sort": "none" }, button);
      button.addEventListener("click", () => turn(heading, by));
      return heading;
    });
    const see = element("th", { scope: "col", role: "columnheader", class: "see" }, ui.column_evidence);
    table.tHead.append(element("tr", { role: "row", "aria-rowindex": 1 }, ...made, see));
  };
  const turn = (heading, by) => {
    const next = { none: "ascending", ascending: "descending", descending: "none" }[heading.getAttribute("aria-sort")];
    for (const other of table.tHead.querySelectorAll("[aria-sort]")) other.setAttribute("aria-sort", "none");
    heading.setAttribute("aria-sort", next);
    state.sorted = next === "none" ? null : by;
    state.isDown = next === "descending";
    refresh();
  };

  const labelled = (words, control, className = null) => {
    control.id = `control-${labels += 1}`;
    return element("div", { class: className }, element("label", { for: control.id }, words), control);
  };
  const choice = (words, options, choose) => {
    const control = element("select", {}, ...[["", ui.all], ...options].map(([value, shown]) => element("option", { value }, shown)));
    control.addEventListener("change", () => { choose(control.value); refresh(); });
    return labelled(words, control);
  };
  const options = ({ by, word = (one) => one }) => {
    const counts = new Uint32Array(texts[by].length + 1);
    for (const code of codes[by]) counts[code] += 1;
    const named = texts[by].map((one, place) => [place + 1, `${word(one)} (${amount(counts[place + 1])})`]);
    const none = counts[0] ? [[0, `${by === "urgency" ? about.urgencies.none : ui.none} (${amount(counts[0])})`]] : [];
    return [...named.sort((one, other) => ranksOf(by)[one[0]] - ranksOf(by)[other[0]]), ...none];
  };
  const filters = () => {
    const search = element("input", { type: "search", placeholder: ui.search_hint, autocomplete: "off", spellcheck: "false" });
    let waiting = 0;
    search.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => { state.query = search.value; refresh(); }, 150);
    });
    const made = FILTERS.map((filter) => [filter, options(filter)]).filter(([, found]) => found.length > 1);
    const certainty = choice(ui.certainty, [[0, ui.certain], [1, ui.doubtful]], (value) => { state.certainty = value; });
    const reset = element("button", { type: "button" }, ui.reset);
    reset.addEventListener("click", () => {
      for (const control of document.querySelectorAll("#filters input, #filters select")) control.value = "";
      Object.assign(state, { chosen: {}, certainty: "", query: "" });
      refresh();
    });
    document.getElementById("filters").append(
      labelled(ui.search, search, "wide"),
      ...made.map(([filter, found]) => choice(ui[filter.name], found, (value) => { state.chosen[filter.by] = value; })),
      certainty,
      reset,
    );
  };

  // Small tables sort by their own cells

  const sortable = (small_table) => {
    const rows = [...small_table.tBodies[0].rows];
    const value = (one, place) => {
      const words = one.cells[place].textContent.trim();
      return /^[\d.,]+$/.test(words) ? Number(words.replace(/[.,]/g, "")) : words;
    };
    [...small_table.tHead.rows[0].cells].forEach((heading, place) => {
      const button = element("button", { type: "button" }, heading.textContent);
      heading.replaceChildren(button);
      heading.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => {
        const next = { none: "descending", descending: "ascending", ascending: "none" }[heading.getAttribute("aria-sort")];
        for (const other of heading.parentElement.cells) other.setAttribute("aria-sort", "none");
        heading.setAttribute("aria-sort", next);
        const sign = next === "ascending" ? 1 : -1;
        const compare = (one, other) => collator.compare(String(value(one, place)), String(value(other, place)));
        small_table.tBodies[0].append(...(next === "none" ? rows : [...rows].sort((one, other) => sign * compare(one, other))));
      });
    });
  };

  // On paper: what the filters leave, up to a length that a printer can bear

  addEventListener("beforeprint", () => {
    const cut = document.getElementById("cut");
    cut.hidden = order.length <= PRINTED;
    cut.textContent = fill(ui.print_cut, { count: amount(PRINTED), total: amount(order.length) });
    if (order.length > ROWS) render(0, PRINTED);
  });
  addEventListener("afterprint", () => {
    document.getElementById("cut").hidden = true;
    if (order.length > ROWS) render();
  });

  head();
  filters();
  refresh();
  document.querySelectorAll("table.sortable").forEach(sortable);
})();
