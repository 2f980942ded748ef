import notices from "virtual:notices";
import { charts, forgetCharts } from "./charts/echarts";
import { openBlocks, type DataFile } from "./data/hdf";
import { readExperiment, type Experiment } from "./data/experiment";
import { readRun, type Run } from "./data/run";
import { experimentSections } from "./experiment_page";
import { maps } from "./map/network_map";
import { runSections } from "./run_page";
import { runLabels, sideBySide } from "./sections/headline";
import { incompleteText } from "./sections/incomplete";
import { firstMapState } from "./sections/map_section";
import { t } from "./text/text";
import { el, section, segments, select, type Child } from "./ui/dom";
import { chooseLanguage, chooseTheme, currentLanguage, currentTheme, onSystemTheme, showTheme, themeChoice, type Theme } from "./ui/preferences";
import "./style.css";

declare global {
  interface Window {
    /** For tests and for curious readers: the charts and maps of the page, by id. */
    spate: { charts: typeof charts; maps: typeof maps; ready: boolean };
  }
}

const root = document.getElementById("page") as HTMLElement;
window.spate = { charts, maps, ready: false };

interface Contents {
  title: string;
  kind: string;
  version: string;
  sections: (() => HTMLElement)[];
  choice?: Child;
  /** What a reader must know before anything else. */
  warning?: string;
}

function header(contents: Contents): HTMLElement {
  const language = segments(t("page.language"), [{ value: "en", label: "English" }, { value: "zh", label: "中文" }], currentLanguage(), (value) => {
    chooseLanguage(value === "zh" ? "zh" : "en");
    redraw();
  });
  const theme = segments(t("page.theme"), [{ value: "light", label: t("page.light") }, { value: "dark", label: t("page.dark") }], currentTheme(), (value) => {
    chooseTheme(value as Theme);
    redraw();
  });
  language.id = "language";
  theme.id = "theme";
  const print = el("button", { type: "button", class: "quiet", click: () => void printPage() }, t("page.print"));
  return el(
    "header",
    { class: "top" },
    el("div", {}, el("p", { class: "over" }, contents.kind), el("h1", {}, contents.title), contents.choice),
    el("div", { class: "tools" }, language, theme, print),
  );
}

function contentsList(sections: HTMLElement[]): HTMLElement {
  const links = sections.map((part) => el("a", { href: `#${part.id}` }, part.querySelector("h2")?.textContent ?? part.id));
  return el("nav", { class: "contents", "aria-label": t("page.contents") }, ...links);
}

function footer(version: string): HTMLElement {
  const dialog = el("dialog", { class: "about" }, el("pre", { tabindex: 0 }, notices));
  dialog.append(el("button", { type: "button", class: "quiet", click: () => dialog.close() }, t("page.close")));
  const open = el("button", { type: "button", class: "quiet", click: () => dialog.showModal() }, t("page.about"));
  return el("footer", {}, el("p", {}, t("page.made_by", { version })), open, dialog);
}

/** A section that cannot be made says so in its place, and the others are still there. */
function made(make: () => HTMLElement, index: number): HTMLElement {
  try {
    return make();
  } catch (error) {
    console.error(error);
    const reason = error instanceof Error ? error.message : String(error);
    return section(`part-${index}`, t("page.part"), undefined, el("p", { class: "empty" }, t("page.part_broken", { reason })));
  }
}

let current: (() => Contents) | undefined;

const nextFrame = () => new Promise((done) => requestAnimationFrame(done));

/** Prints in light colours, whatever the screen has. */
async function printPage(): Promise<void> {
  const chosen = themeChoice();
  showTheme("light");
  redraw();
  for (let i = 0; i < 3; ++i) await nextFrame();
  window.print();
  showTheme(chosen);
  redraw();
}

/** Makes the page anew: language and theme go into everything that is drawn. */
function redraw(): void {
  if (!current) return;
  const place = window.scrollY;
  forgetCharts();
  maps.clear();
  document.documentElement.lang = currentLanguage() === "zh" ? "zh-CN" : "en";
  document.documentElement.dataset["theme"] = currentTheme();
  const contents = current();
  document.title = t("page.title", { title: contents.title });
  const sections = contents.sections.map(made);
  const warning = contents.warning ? el("p", { class: "warning", role: "note" }, contents.warning) : "";
  root.replaceChildren(header(contents), warning, contentsList(sections), el("main", {}, ...sections), footer(contents.version));
  root.removeAttribute("aria-busy");
  window.scrollTo(0, place);
}

function runsPage(runs: Run[]): () => Contents {
  const states = runs.map(firstMapState);
  let chosen = 0;
  return () => {
    const run = runs[chosen];
    const choices = runLabels(runs).map((label, i) => ({ value: String(i), label }));
    const choice = select(t("page.run_choice"), choices, String(chosen), (value) => {
      chosen = Number(value);
      redraw();
    });
    return {
      title: run.facts.title,
      kind: runs.length > 1 ? t("page.runs", { n: runs.length }) : t("page.run"),
      version: run.facts.version,
      choice: runs.length > 1 ? choice : undefined,
      warning: incompleteText(run),
      sections: [...(runs.length > 1 ? [() => sideBySide(runs)] : []), ...runSections(run, states[chosen])],
    };
  };
}

function message(text: string): () => Contents {
  return () => ({ title: "Spate", kind: "", version: "", sections: [() => section("message", "Spate", undefined, el("p", { class: "empty" }, text))] });
}

function experimentPage(experiment: Experiment): () => Contents {
  return () => ({
    title: experiment.title,
    kind: t("page.experiment"),
    version: experiment.version,
    sections: experimentSections(experiment),
  });
}

/** An experiment has a page of its own; runs share one. */
function pageOf(files: DataFile[]): () => Contents {
  const experiment = files.find((file) => file.attribute("kind") === "experiment");
  if (experiment) return experimentPage(readExperiment(experiment));
  const runs = files.filter((file) => file.attribute("kind") === "run").map(readRun);
  return runs.length ? runsPage(runs) : message(t("page.no_data"));
}

async function start(): Promise<void> {
  try {
    current = pageOf(await openBlocks(document));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    current = message(t("page.broken", { reason }));
  }
  redraw();
  onSystemTheme(redraw);
  requestAnimationFrame(() => requestAnimationFrame(() => (window.spate.ready = true)));
}

void start();
