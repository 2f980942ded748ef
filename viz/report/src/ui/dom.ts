/** Small helpers to build elements. Texts of users only ever become text nodes, never markup. */

export type Child = Node | string | undefined | null | false;
type Attributes = Record<string, string | number | boolean | undefined | ((event: Event) => void)>;

export function el<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child || child === "") element.append(child as Node | string);
  return element;
}

/** A button that shows and hides `body`, which is made when it is first shown. */
export function toggle(show: string, hide: string, body: () => HTMLElement): HTMLElement {
  const holder = el("div", { class: "toggle-body", hidden: true });
  const button = el("button", { class: "quiet", type: "button", "aria-expanded": "false" }, show);
  button.addEventListener("click", () => {
    if (!holder.hasChildNodes()) holder.append(body());
    holder.hidden = !holder.hidden;
    button.textContent = holder.hidden ? show : hide;
    button.setAttribute("aria-expanded", String(!holder.hidden));
  });
  return el("div", { class: "toggle" }, button, holder);
}

export interface Choice {
  value: string;
  label: string;
}

/** A row of buttons of which one is pressed. */
export function segments(label: string, choices: Choice[], value: string, chosen: (value: string) => void): HTMLElement {
  const group = el("div", { class: "segments", role: "group", "aria-label": label });
  const buttons = choices.map((choice) =>
    el("button", { type: "button", "aria-pressed": String(choice.value === value), "data-value": choice.value }, choice.label),
  );
  buttons.forEach((button, i) =>
    button.addEventListener("click", () => {
      buttons.forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
      chosen(choices[i].value);
    }),
  );
  group.append(...buttons);
  return group;
}

export function select(label: string, choices: Choice[], value: string, chosen: (value: string) => void): HTMLElement {
  const box = el("select", { "aria-label": label });
  for (const choice of choices) box.append(el("option", { value: choice.value, selected: choice.value === value }, choice.label));
  box.addEventListener("change", () => chosen(box.value));
  return el("label", { class: "field" }, el("span", {}, label), box);
}

export interface Column {
  title: string;
  number?: boolean;
  class?: string;
}

/** A table that scrolls inside its own box, never the page. */
export function table(caption: string, columns: Column[], rows: Child[][]): HTMLElement {
  const kind = (i: number) => [columns[i].number ? "number" : "", columns[i].class ?? ""].join(" ").trim() || undefined;
  const head = el("tr", {}, ...columns.map((column, i) => el("th", { scope: "col", class: kind(i) }, el("span", {}, column.title))));
  const body = rows.map((cells) => el("tr", {}, ...cells.map((cell, i) => el("td", { class: kind(i) }, cell))));
  return el(
    "div",
    { class: "table-box", tabindex: 0, role: "region", "aria-label": caption },
    el("table", {}, el("caption", { class: "unseen" }, caption), el("thead", {}, head), el("tbody", {}, ...body)),
  );
}

/** A cell with a bar behind its text, `share` of its width. */
export function barCell(text: string, share: number, tone = ""): HTMLElement {
  const bar = el("span", { class: `bar ${tone}`.trim(), "aria-hidden": "true" });
  bar.style.width = `${Math.max(0, Math.min(1, Number.isFinite(share) ? share : 0)) * 100}%`;
  return el("span", { class: "bar-cell" }, bar, el("span", {}, text));
}

/** A further table of a section, under a heading of its own. */
export function titledTable(title: string, columns: Column[], rows: Child[][]): HTMLElement {
  return el("div", { class: "more" }, el("h3", {}, title), table(title, columns, rows));
}

export function section(id: string, title: string, lead: string | undefined, ...children: Child[]): HTMLElement {
  return el(
    "section",
    { id, "aria-labelledby": `${id}-title` },
    el("h2", { id: `${id}-title` }, title),
    lead ? el("p", { class: "lead" }, lead) : undefined,
    ...children,
  );
}
