// Days of the calendar with what is planned on them: dragged with the mouse, carried with the keyboard, opened by a click.
// What it is given reaches the page as text alone, and what it asks for is checked where it is written.

const held = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  if (!held.has(parentElement)) held.set(parentElement, new Days(parentElement));
  held.get(parentElement).give(data, (asked) => setTriggerValue("asked", asked));
  return () => {
    held.get(parentElement)?.end();
    held.delete(parentElement);
  };
}

const make = (tag, kind, text = "", attributes = {}) => {
  const node = document.createElement(tag);
  if (kind) node.className = kind;
  if (text) node.textContent = text;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
};

const STARTS = 5; // pixels that a mouse goes before it drags
const EDGE = 70; // pixels from the top and the bottom of the window within which a drag scrolls

class Days {
  constructor(root) {
    this.root = root;
    root.querySelector(":scope > .calendar")?.remove();
    this.main = make("div", "calendar");
    this.body = make("div");
    this.tip = make("div", "tip", "", { "aria-hidden": "true" });
    this.said = make("p", "unseen", "", { "aria-live": "polite" });
    this.main.append(this.body, this.tip, this.said);
    root.append(this.main);
    this.at = ""; // where the keyboard stands
    this.open = new Set(); // days that show all they have
    this.drag = this.carry = null;
    this.listen();
    this.sized = new ResizeObserver(() => this.rove());
    this.sized.observe(this.main);
  }

  end() {
    this.away.abort();
    this.sized.disconnect();
    this.main.remove();
  }

  listen() {
    this.away = new AbortController();
    const { signal } = this.away;
    const here = { click: "click", keydown: "key", keyup: "released", pointerdown: "press" };
    for (const [name, told] of Object.entries(here)) {
      this.main.addEventListener(name, (event) => this[told](event), { signal });
    }
    for (const name of ["focusin", "pointerover"]) {
      this.main.addEventListener(name, (event) => this.tell(event.target), { signal });
    }
    for (const name of ["focusout", "pointerleave"]) {
      this.main.addEventListener(name, () => this.tell(null), { signal });
    }
    addEventListener("pointermove", (event) => this.follow(event), { signal });
    addEventListener("pointerup", () => this.drop(true), { signal });
    addEventListener("pointercancel", () => this.drop(false), { signal });
    addEventListener("blur", () => this.putBack(), { signal });
  }

  give(data, ask) {
    if (this.from !== data.from) {
      this.week = data.chosen;
      this.open.clear();
    }
    this.from = data.from;
    this.ask = ask;
    this.data = structuredClone(data); // what is moved here first
    this.carry = null;
    this.paint();
  }

  cells() {
    return [...this.data.weeks.flatMap((week) => week.days), this.data.undated];
  }

  found(id) {
    for (const cell of this.cells()) {
      const item = cell.items.find((one) => one.id === id);
      if (item) return { cell, item };
    }
    return null;
  }

  // Drawing.

  paint() {
    const had = this.root.activeElement?.dataset.at;
    this.drop(false);
    this.tell(null);
    const { words, weeks, undated, names, view } = this.data;
    this.body.className = `${view}-view`;
    const parts = [];
    if (weeks.length > 1) parts.push(this.chooser(weeks, words));
    const grid = make("div", "grid", "", { role: "grid", "aria-label": words.grid });
    const heads = make("div", "week heads", "", { role: "row" });
    for (const name of names) heads.append(make("div", "head", name, { role: "columnheader" }));
    grid.append(heads);
    weeks.forEach((week, place) => {
      const row = make("div", place === this.week ? "week chosen" : "week", "", { role: "row" });
      for (const day of week.days) row.append(this.day(day));
      grid.append(row);
    });
    parts.push(grid);
    if (undated.items.length || undated.takes) parts.push(this.tray(undated, words));
    if (words.mouse) parts.push(make("p", "hint mouse", words.mouse), make("p", "hint touch", words.touch));
    this.body.replaceChildren(...parts);
    this.rove();
    if (had) this.find(had)?.focus();
  }

  chooser(weeks, words) {
    const box = make("div", "weeks", "", { role: "group", "aria-label": words.weeks });
    weeks.forEach((week, place) => {
      const chosen = String(place === this.week);
      box.append(make("button", "pick", week.name, { type: "button", "aria-pressed": chosen, "data-week": place }));
    });
    return box;
  }

  day(day) {
    const kinds = ["day", day.within ? "" : "beyond", day.today ? "today" : "", day.items.length ? "" : "free"];
    const cell = make("div", kinds.filter(Boolean).join(" "), "", { role: "gridcell", "data-day": day.day });
    if (day.today) cell.setAttribute("aria-current", "date");
    const number = day.add
      ? make("button", "number", "", { type: "button", "data-at": day.day, "aria-label": day.add, title: day.add })
      : make("span", "number");
    number.append(make("span", "name", day.name), make("span", "figure", day.number));
    if (!day.add) number.append(make("span", "unseen", day.label));
    cell.append(number);
    const all = this.open.has(day.day);
    const cut = all || day.items.length <= this.data.most ? day.items.length : this.data.most - 1;
    day.items.forEach((item, place) => cell.append(this.chip(item, place >= cut)));
    if (day.more && day.items.length > this.data.most) {
      const words = all ? this.data.words.fewer : day.more;
      cell.append(make("button", "more", words, { type: "button", "aria-expanded": String(all), "data-at": `+${day.day}` }));
    }
    return cell;
  }

  chip(item, extra = false) {
    const row = make("div", `chip ${item.colour}${item.dropped ? " dropped" : ""}${extra ? " extra" : ""}`);
    const open = make("button", "open", "", { type: "button", "data-at": item.id, "data-id": item.id });
    if (item.hour) open.append(make("span", "hour", item.hour), " ");
    open.append(make("span", "title", item.title));
    open.setAttribute("aria-label", `${[item.hour, item.title].filter(Boolean).join(" ")}, ${item.told}`);
    row.append(open);
    if (!item.closed) {
      open.setAttribute("aria-keyshortcuts", "M");
      const label = `${this.data.words.move} ${item.title}`;
      row.append(make("button", "move", "", { type: "button", tabindex: "-1", "aria-label": label, "data-move": item.id }));
    }
    return row;
  }

  tray(undated, words) {
    const box = make("section", "tray", "", { "aria-label": words.undated, "data-day": "" });
    box.append(make("h2", "", words.undated));
    const list = make("div", "list");
    for (const item of undated.items) list.append(this.chip(item));
    if (!undated.items.length) list.append(make("p", "hint", words.none));
    box.append(list);
    return box;
  }

  // The whole title, for whom it is cut.
  tell(target) {
    const open = this.drag?.ghost ? null : target?.closest?.(".open");
    const known = open && this.found(Number(open.dataset.id));
    this.tip.hidden = !known;
    if (!known) return;
    const { item } = known;
    const lines = [[item.hour, item.title].filter(Boolean).join(" "), item.told, item.closed];
    this.tip.replaceChildren(...lines.filter(Boolean).map((line) => make("span", "", line)));
    const [chip, all] = [open.getBoundingClientRect(), this.main.getBoundingClientRect()];
    const left = Math.min(chip.left - all.left, all.width - this.tip.offsetWidth);
    this.tip.style.left = `${Math.max(0, left)}px`;
    this.tip.style.top = `${chip.bottom - all.top + 4}px`;
  }

  // Asking.

  click(event) {
    const node = event.target;
    if (this.dragged) {
      this.dragged = false;
      return;
    }
    const one = node.closest("button");
    if (one?.matches(".open")) this.ask({ what: "open", item: Number(one.dataset.id) });
    else if (one?.matches(".move")) this.choose(Number(one.dataset.move));
    else if (one?.matches(".number")) this.ask({ what: "new", day: one.dataset.at });
    else if (one?.matches(".pick")) {
      this.week = Number(one.dataset.week);
      this.paint();
      this.body.querySelector(".pick[aria-pressed=true]")?.focus();
    } else if (one?.matches(".more")) {
      const day = one.dataset.at.slice(1);
      if (!this.open.delete(day)) this.open.add(day);
      this.paint();
    } else if (node.matches(".day.free") && node.querySelector("button.number")) {
      this.ask({ what: "new", day: node.dataset.day });
    }
  }

  // Show an item on another day. Gives whether it went anywhere.
  place(id, day) {
    const { cell, item } = this.found(id) ?? {};
    const target = this.cells().find((one) => one.day === day);
    if (!item || cell === target) return false;
    cell.items.splice(cell.items.indexOf(item), 1);
    if (target) {
      target.items.push(item);
      target.items.sort((one, other) => one.rank - other.rank || one.id - other.id);
    }
    this.said.textContent = `${item.title} · ${target?.label ?? day}`;
    this.paint();
    return true;
  }

  move(id, day) {
    const seen = this.found(id)?.cell.day;
    if (seen !== undefined && seen !== day && this.place(id, day)) this.ask({ what: "move", item: id, day, seen });
  }

  choose(id) {
    const { cell, item } = this.found(id) ?? {};
    if (!item || item.closed) return;
    const { words } = this.data;
    const box = make("dialog", "choose", "", { "aria-label": words.choose });
    const field = make("input", "", "", { type: "date", "aria-label": words.day });
    field.value = cell.day || this.data.today;
    [field.min, field.max] = this.data.reach;
    field.required = true;
    const close = () => {
      box.close();
      box.remove();
      this.find(id)?.focus();
    };
    const go = (day) => {
      close();
      this.move(id, day);
    };
    const put = () => field.reportValidity() && go(field.value);
    const button = (text, kind, act) => {
      const one = make("button", kind, text, { type: "button" });
      one.addEventListener("click", act);
      return one;
    };
    const buttons = make("div", "buttons");
    buttons.append(button(words.put, "primary", put));
    if (cell.day) buttons.append(button(words.no_day, "", () => go("")));
    buttons.append(button(words.cancel, "", close));
    box.append(make("h2", "", words.choose), make("p", "", item.title), field, buttons);
    box.addEventListener("cancel", close);
    box.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key !== "Enter" || event.target !== field) return;
      event.preventDefault(); // it would press what has the focus next
      put();
    });
    this.main.append(box);
    box.showModal();
    field.focus();
  }

  // The mouse.

  press(event) {
    const open = event.target.closest(".open");
    const known = open && this.found(Number(open.dataset.id));
    this.dragged = false;
    if (!known || known.item.closed || event.button || event.pointerType === "touch") return;
    this.drag = { id: known.item.id, chip: open.closest(".chip"), x: event.clientX, y: event.clientY };
  }

  follow(event) {
    const { drag } = this;
    if (!drag) return;
    const far = Math.hypot(event.clientX - drag.x, event.clientY - drag.y) >= STARTS;
    if (!drag.ghost && far) {
      drag.ghost = drag.chip.cloneNode(true);
      drag.ghost.classList.add("ghost");
      drag.ghost.setAttribute("aria-hidden", "true");
      drag.ghost.style.width = `${drag.chip.offsetWidth}px`;
      drag.chip.classList.add("gone");
      this.main.append(drag.ghost);
      this.main.classList.add("dragging");
      this.tell(null);
      drag.scrolls = setInterval(() => this.scroll(), 30);
    }
    if (!drag.ghost) return;
    drag.last = event;
    const all = this.main.getBoundingClientRect();
    drag.ghost.style.left = `${event.clientX - all.left + 6}px`;
    drag.ghost.style.top = `${event.clientY - all.top + 6}px`;
    const over = this.root.elementFromPoint(event.clientX, event.clientY)?.closest("[data-day]") ?? null;
    if (over !== drag.over) {
      drag.over?.classList.remove("over");
      over?.classList.add("over");
      drag.over = over;
    }
  }

  // Days that are out of sight come to whoever drags to an edge of the window.
  scroll() {
    const { last } = this.drag;
    const step = last.clientY < EDGE ? -14 : last.clientY > innerHeight - EDGE ? 14 : 0;
    if (!step) return;
    this.root.host?.closest("[data-testid=stMain]")?.scrollBy(0, step);
    this.follow(last);
  }

  drop(kept) {
    const { drag } = this;
    this.drag = null;
    if (!drag?.ghost) return;
    clearInterval(drag.scrolls);
    drag.ghost.remove();
    drag.chip.classList.remove("gone");
    drag.over?.classList.remove("over");
    this.main.classList.remove("dragging");
    this.dragged = true; // the click that follows opens nothing
    setTimeout(() => (this.dragged = false));
    if (kept && drag.over) this.move(drag.id, drag.over.dataset.day);
  }

  // The keyboard.

  find(at) {
    return [...this.body.querySelectorAll("[data-at]")].find((node) => node.dataset.at === String(at));
  }

  stops(cell) {
    return [...cell.querySelectorAll("[data-at]")].filter((node) => node.getClientRects().length);
  }

  // One stop of the Tab key for all days: arrows walk from there.
  rove() {
    const cells = [...this.body.querySelectorAll(".day")];
    const all = cells.flatMap((cell) => this.stops(cell));
    const today = all.find((node) => node.closest(".today"));
    const first = all.find((node) => node.dataset.at === this.at) ?? today ?? all[0];
    for (const node of all) node.tabIndex = node === first ? 0 : -1;
  }

  walk(from, key) {
    const cells = [...this.body.querySelectorAll("[data-day]")].filter((cell) => this.stops(cell).length);
    const cell = from.closest("[data-day]");
    const place = cells.indexOf(cell);
    const stops = this.stops(cell);
    const within = stops.indexOf(from);
    const ahead = key === "ArrowRight" || key === "ArrowDown";
    if (key === "ArrowDown" || key === "ArrowUp") {
      const next = stops[within + (ahead ? 1 : -1)];
      if (next) return next;
      const left = cell.getBoundingClientRect().left;
      const column = cells.filter((one) => one === cell || Math.abs(one.getBoundingClientRect().left - left) < 2);
      const other = column[column.indexOf(cell) + (ahead ? 1 : -1)];
      return other && this.stops(other).at(ahead ? 0 : -1);
    }
    const other = cells[place + (ahead ? 1 : -1)];
    return other && this.stops(other)[0];
  }

  key(event) {
    const at = event.target.closest("[data-at]");
    if (event.key === "Escape") {
      this.drop(false);
      this.putBack();
      this.tell(null);
    }
    if (!at || event.ctrlKey || event.metaKey || event.altKey) return;
    const id = Number(at.dataset.id);
    if (event.key.startsWith("Arrow")) {
      event.preventDefault();
      if (event.shiftKey) {
        if (id) this.bear(id, event.key);
        return;
      }
      const next = this.walk(at, event.key);
      if (!next) return;
      this.at = next.dataset.at;
      this.rove();
      next.focus();
      next.scrollIntoView({ block: "nearest" });
    } else if (event.key.toLowerCase() === "m" && id) {
      event.preventDefault();
      this.choose(id);
    }
  }

  // Carry an item by the arrows while Shift is held: it is put down when that is let go.
  bear(id, key) {
    const known = this.found(id);
    if (!known || known.item.closed) return;
    const days = this.cells().slice(0, -1);
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[key];
    const now = days.indexOf(known.cell);
    const today = days.find((day) => day.today) ?? days[0];
    const target = now < 0 ? today : days[now + step];
    if (!target) return;
    this.carry ??= { id, from: known.cell.day };
    const week = this.data.weeks.findIndex((one) => one.days.includes(target));
    if (week >= 0) this.week = week;
    this.open.add(target.day);
    this.place(id, target.day);
    this.at = String(id);
    this.rove();
    this.find(id)?.focus();
  }

  released(event) {
    if (event.key !== "Shift" || !this.carry) return;
    const { id, from } = this.carry;
    this.carry = null;
    const day = this.found(id)?.cell.day;
    if (day !== undefined && day !== from) this.ask({ what: "move", item: id, day, seen: from });
  }

  putBack() {
    if (!this.carry) return;
    const { id, from } = this.carry;
    this.carry = null;
    this.place(id, from);
    this.find(id)?.focus();
  }
}
