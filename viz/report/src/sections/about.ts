import type { Run } from "../data/run";
import { duration } from "../map/moments";
import { HOUR_US } from "../numbers/rates";
import { numberText } from "../numbers/format";
import { dateTimeText, shortTimeText, wallClock } from "../numbers/time";
import { t, textOr } from "../text/text";
import { currentLanguage } from "../ui/preferences";
import { el, section, toggle } from "../ui/dom";

const MOST_SESSIONS = 3;

/** `a, b and c`; in Chinese `a、b和c`. */
export function listed(words: string[]): string {
  if (words.length < 2) return words.join("");
  return words.slice(0, -1).join(t("about.comma")) + t("about.and") + words[words.length - 1];
}

function periodText(run: Run): string {
  const hours = duration(run) / HOUR_US;
  const wall = (time: number) => dateTimeText(wallClock(run.facts.start, time));
  return t(Number.isFinite(run.facts.orders) ? "about.period" : "about.period_only", {
    days: hours >= 48 ? t("about.days", { n: numberText(Math.round(hours / 2.4) / 10) }) : t("about.hours", { n: numberText(Math.round(hours)) }),
    from: wall(0),
    to: wall(duration(run)),
    zone: run.facts.start.zone,
    orders: numberText(run.facts.orders),
  });
}

function placesText(run: Run): string {
  const { sites, markets, lanes } = run.network;
  const kinds = run.kinds.length ? run.kinds : [...new Set(sites.map((site) => site.kind))];
  const places = kinds.map((kind) => {
    const count = sites.filter((site) => site.kind === kind).length;
    return `${numberText(count)} ${textOr(`${count === 1 ? "kind_one" : "kinds"}.${kind}`, kind)}`;
  });
  // Chinese has no blanks between words, but one before figures.
  const spaced = (text: string) => (currentLanguage() === "zh" ? text.replace(/和(\d)/g, "和 $1") : text);
  return t("about.places", {
    places: spaced(listed(places)),
    lanes: numberText(lanes.length),
    markets: markets.length === 1 ? t("about.market_one") : t("about.markets", { n: numberText(markets.length) }),
  });
}

function sessionsText(run: Run): string {
  if (run.sessions.length === 0) return t("about.no_sessions");
  // A sale in several channels is a session in each: one text says it.
  const all = run.sessions.map((session) => {
    const start = shortTimeText(wallClock(run.facts.start, session.start));
    return t(session.broadcasts > 1 ? "about.session_repeated" : "about.session", { title: session.title, start, n: session.broadcasts });
  });
  const different = [...new Set(all)];
  const shown = different.slice(0, MOST_SESSIONS);
  const rest = different.length - shown.length;
  const list = shown.join(t("about.comma"));
  return t("about.sessions", { sessions: rest > 0 ? t("about.more_sessions", { list, n: rest }) : list });
}

function centresText(run: Run): string {
  const n = run.network.centres.length;
  return n > 0 ? t(n === 1 ? "about.centre_one" : "about.centres", { n: numberText(n) }) : "";
}

export function aboutSection(run: Run): HTMLElement {
  const { seed, replication, version, digest } = run.facts;
  const words = [
    periodText(run),
    placesText(run),
    run.facts.products > 0 ? t(run.facts.products === 1 ? "about.product_one" : "about.products", { n: numberText(run.facts.products) }) : "",
    run.channels.length ? t("about.channels", { channels: listed(run.channels) }) : "",
    sessionsText(run),
    centresText(run),
  ];
  return section(
    "about",
    t("about.title"),
    undefined,
    el("p", { class: "prose" }, words.filter(Boolean).join(currentLanguage() === "zh" ? "" : " ")),
    el("p", { class: "note" }, t(digest ? "about.seed" : "about.seed_only", { seed, replication, version, digest })),
    run.scenario ? toggle(t("about.scenario"), t("about.scenario_hide"), () => el("pre", { class: "scenario", tabindex: 0 }, run.scenario)) : undefined,
  );
}
