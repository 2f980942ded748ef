import { axis, chartBox, legend, legendRoom, timeZoom, tip, type Option } from "../charts/echarts";
import { panelsHeight, panelsOption, type Line, type Panel } from "../charts/panels";
import { column, rowSums } from "../data/grid";
import type { Run } from "../data/run";
import { duration } from "../map/moments";
import { achieved, OUTCOMES, outcomeOf, sessionSums, type Broadcast, type Outcome } from "../numbers/broadcasts";
import { numberText, percentText } from "../numbers/format";
import { ratesPerHour } from "../numbers/rates";
import { dateTimeText, wallClock } from "../numbers/time";
import { t, unitName } from "../text/text";
import { el, section, select, table, titledTable, type Child } from "../ui/dom";
import { alertStyle, palette, series } from "../ui/palette";
import { currentLanguage } from "../ui/preferences";

const ALERTS = ["carts", "orders", "turnover"];
const ALERTS_HEIGHT = 66;
const GAP = 44;

/** Those that begin before the end of the run. */
export function broadcastsOf(run: Run): Broadcast[] {
  const { rows, numbers } = run.parts.broadcasts;
  const at = (name: string, i: number) => numbers[name]?.[i] ?? NaN;
  return Array.from({ length: rows }, (_, i) => ({
    session: at("session", i),
    number: at("number", i),
    start: at("start", i),
    host: at("host", i),
    planned: at("planned", i),
    cancelled: at("cancelled", i) === 1,
    closed: at("closed", i),
    carts: at("carts", i),
    orders: at("orders", i),
    expected: at("expected", i),
    turnedAway: at("turned_away", i),
  })).filter((broadcast) => broadcast.start < duration(run));
}

/** A column of the sessions' grid: of one session, or of all together. */
function flowOf(run: Run, name: string, session: number | undefined): Float64Array {
  const grid = run.parts.sessions.grids[name];
  return session === undefined ? rowSums(grid) : column(grid, session);
}

/** Without carts of its own every order counts as a cart of the same moment: there is nothing to see then. */
export function hasCarts(run: Run): boolean {
  const { carts, orders } = run.parts.sessions.grids;
  return carts.values.some((value, i) => value !== orders.values[i]);
}

function cartLines(run: Run, session: number | undefined): { panels: Panel[]; lines: Line[] } {
  const { time } = run.parts.sessions;
  const rate = (name: string) => ratesPerHour(time, flowOf(run, name, session));
  const carts = hasCarts(run);
  const orders = carts ? 1 : 0;
  const lines: Line[] = carts ? [{ name: t("sessions.carts"), values: rate("carts"), color: series(1), panel: 0, step: true, fill: true }] : [];
  lines.push({ name: t("sessions.orders"), values: rate("orders"), color: series(0), panel: orders, step: true, fill: true });
  if (flowOf(run, "turned_away", session).some((value) => value > 0))
    lines.push({ name: t("sessions.turned_away"), values: rate("turned_away"), color: series(5), panel: orders, step: true });
  const panels = [...(carts ? [{ unit: t("sessions.carts_rate"), height: 130 }] : []), { unit: t("series.rate"), height: 130 }];
  return { panels, lines };
}

interface Alert {
  wall: number;
  kind: number;
  session: number;
  value: number;
  limit: number;
}

/** Older traces have no `at`: they looked at sample times only. */
function alertsOf(run: Run, session: number | undefined): Alert[] {
  const { rows, numbers } = run.parts.alerts;
  const all = Array.from({ length: rows }, (_, i) => ({
    wall: wallClock(run.facts.start, (numbers["at"] ?? numbers["time"])[i]),
    kind: numbers["kind"][i],
    session: numbers["session"][i],
    value: numbers["value"][i],
    limit: numbers["limit"][i],
  }));
  return session === undefined ? all : all.filter((alert) => alert.session === session || !run.sessions[alert.session]);
}

/** Numbers of the kinds of alerts that were raised in the run. */
function alertKinds(run: Run): number[] {
  return ALERTS.map((_, kind) => kind).filter((kind) => run.parts.alerts.numbers["kind"]?.includes(kind));
}

const alertNames = (run: Run) => alertKinds(run).map((kind) => t(`sessions.alert.${ALERTS[kind]}`));

function alertSeries(run: Run, alerts: Alert[], index: number): Option[] {
  return alertKinds(run).map((kind) => ({ kind, name: ALERTS[kind] })).map(({ kind, name }) => ({
    name: t(`sessions.alert.${name}`),
    type: "scatter",
    xAxisIndex: index,
    yAxisIndex: index,
    symbol: alertStyle(kind).symbol,
    symbolSize: 9,
    itemStyle: { color: alertStyle(kind).color, borderColor: palette().card, borderWidth: 1 },
    tooltip: {
      trigger: "item",
      formatter: (item: { dataIndex: number }) => {
        const alert = alerts.filter((other) => other.kind === kind)[item.dataIndex];
        const of = run.sessions[alert.session]?.title ?? t("sessions.network");
        return tip(`${dateTimeText(alert.wall)} · ${t(`sessions.alert.${name}`)}`, [
          [t("sessions.of"), of],
          [t(`sessions.alert_value.${name}`), numberText(Math.round(alert.value * 100) / 100)],
          [t("sessions.alert_limit"), numberText(Math.round(alert.limit * 100) / 100)],
        ]);
      },
    },
    data: alerts.filter((alert) => alert.kind === kind).map((alert) => [alert.wall, ALERTS.length - 1 - kind]),
  }));
}

function alertAxis(gridIndex: number): Option {
  const data = [...ALERTS].reverse().map((name) => t(`sessions.alert_row.${name}`));
  return axis({ type: "category", gridIndex, name: t("sessions.alerts"), data, splitLine: { show: false }, axisLabel: { interval: 0, fontSize: 10 } });
}

/** Adds a row of dots for each kind of alert below the charts. */
function withAlerts(run: Run, option: Option, alerts: Alert[], top: number, narrow: boolean): Option {
  const [grids, xs, ys, lines] = ["grid", "xAxis", "yAxis", "series"].map((name) => option[name] as Option[]);
  const index = grids.length;
  const { min, max } = xs[0];
  // The dates stand under the last chart.
  const unlabelled = xs.map((x) => ({ ...x, axisLabel: { ...(x["axisLabel"] as Option), show: false } }));
  return {
    ...option,
    grid: [...grids, { left: narrow ? 46 : 60, right: 14, top, height: ALERTS_HEIGHT }],
    xAxis: [...unlabelled, axis({ type: "time", gridIndex: index, min, max, splitLine: { show: false } })],
    yAxis: [...ys, alertAxis(index)],
    dataZoom: timeZoom([...grids.map((_, i) => i), index], narrow),
    legend: legend({ top: 0, left: 0, data: [...lines.map((line) => line["name"]), ...alertNames(run)] }),
    series: [...lines, ...alertSeries(run, alerts, index)],
  };
}

function cartsChart(run: Run): { box: ReturnType<typeof chartBox>; show: (session: number | undefined) => void } {
  const narrow = window.innerWidth < 600;
  const walls = Array.from(run.parts.sessions.time, (time) => wallClock(run.facts.start, time));
  const { panels, lines } = cartLines(run, undefined);
  const withDots = run.parts.alerts.rows > 0;
  const names = [...lines.map((line) => line.name), ...(withDots ? alertNames(run) : [])];
  // The legend has the kinds of alerts too.
  const more = legendRoom(names) - legendRoom(lines.map((line) => line.name));
  const height = panelsHeight(panels, lines) + (withDots ? ALERTS_HEIGHT + GAP + more : 0);
  const title = t(hasCarts(run) ? "sessions.caption" : "sessions.caption_orders");
  const box = chartBox({ id: "sessions", title, unit: panels.map((panel) => panel.unit).join(" / "), height, note: hasCarts(run) ? t("sessions.carts_note") : undefined });
  const show = (session: number | undefined) => {
    const now = cartLines(run, session);
    const option = panelsOption(now.panels, now.lines, walls, narrow);
    if (!withDots) return box.show(option);
    const grids = (option["grid"] as { top: number; height: number }[]).map((grid) => ({ ...grid, top: grid.top + more }));
    const last = grids[grids.length - 1];
    box.show(withAlerts(run, { ...option, grid: grids }, alertsOf(run, session), last.top + last.height + GAP, narrow));
  };
  return { box, show };
}

function outcomeStyle(outcome: Outcome): { color: string; symbol: string } {
  return {
    planned: { color: series(0), symbol: "circle" },
    substitute: { color: series(1), symbol: "triangle" },
    cancelled: { color: series(5), symbol: "diamond" },
    sold_out: { color: series(2), symbol: "rect" },
  }[outcome];
}

function hostName(run: Run, host: number): string {
  return run.parts.hosts[host] ?? t("none");
}

function broadcastTip(run: Run, broadcast: Broadcast): string {
  const rows: [string, string][] = [
    [t("sessions.orders"), numberText(broadcast.orders)],
    [t("sessions.expected"), numberText(Math.round(broadcast.expected))],
    [t("sessions.achieved"), percentText(achieved(broadcast), 0)],
  ];
  if (broadcast.turnedAway > 0) rows.push([t("sessions.turned_away"), numberText(broadcast.turnedAway)]);
  if (run.parts.hosts.length) rows.push([t("sessions.planned_host"), hostName(run, broadcast.planned)], [t("sessions.host"), hostName(run, broadcast.host)]);
  const title = run.sessions[broadcast.session]?.title ?? "";
  return tip(`${dateTimeText(wallClock(run.facts.start, broadcast.start))} · ${title}`, rows);
}

function broadcastsOption(run: Run, broadcasts: Broadcast[], narrow: boolean): Option {
  const p = palette();
  const largest = Math.max(...broadcasts.map((broadcast) => broadcast.expected), 1);
  const size = (broadcast: Broadcast) => 5 + 13 * Math.sqrt(Math.max(0, broadcast.expected) / largest);
  const kinds = OUTCOMES.filter((outcome) => broadcasts.some((broadcast) => outcomeOf(broadcast) === outcome));
  const announced = { silent: true, symbol: "none", lineStyle: { color: p.quiet, type: "dashed", width: 1 }, label: { show: false }, data: [{ yAxis: 100 }] };
  return {
    legend: legend({ top: 0, left: 0, itemHeight: 9, itemWidth: 9, icon: undefined }),
    grid: { left: narrow ? 46 : 60, right: 14, top: 50 + legendRoom(kinds.map((kind) => t(`sessions.outcome.${kind}`))), bottom: 62 },
    xAxis: axis({ type: "time", splitLine: { show: false } }),
    yAxis: axis({ type: "value", name: "%", min: 0, splitNumber: 4 }),
    // The broadcasts of several sessions are in no order of time: a line through them would say nothing.
    dataZoom: timeZoom([0], narrow).map((zoom) => ({ ...zoom, showDataShadow: false })),
    tooltip: { trigger: "item" },
    series: kinds.map((kind, i) => {
      const { color, symbol } = outcomeStyle(kind);
      const own = broadcasts.filter((broadcast) => outcomeOf(broadcast) === kind);
      return {
        name: t(`sessions.outcome.${kind}`),
        type: "scatter",
        symbol,
        itemStyle: { color, opacity: 0.7, borderColor: p.card, borderWidth: 1 },
        markLine: i === 0 ? announced : undefined,
        tooltip: { formatter: (item: { dataIndex: number }) => broadcastTip(run, own[item.dataIndex]) },
        data: own.map((broadcast) => ({ value: [wallClock(run.facts.start, broadcast.start), 100 * achieved(broadcast)], symbolSize: size(broadcast) })),
      };
    }),
  };
}

function broadcastsChart(run: Run): { box: ReturnType<typeof chartBox>; show: (session: number | undefined) => void } | undefined {
  const known = broadcastsOf(run).filter((broadcast) => Number.isFinite(achieved(broadcast)));
  if (known.length === 0) return undefined;
  const box = chartBox({ id: "broadcasts", title: t("sessions.broadcasts_caption"), unit: t("sessions.broadcasts_unit"), height: 320, note: t("sessions.broadcasts_note") });
  const show = (session: number | undefined) =>
    box.show(broadcastsOption(run, session === undefined ? known : known.filter((broadcast) => broadcast.session === session), window.innerWidth < 600));
  return { box, show };
}

function sessionsTable(run: Run): HTMLElement {
  const all = broadcastsOf(run);
  const columns = ["session", "broadcasts", "cancelled", "substituted", "sold_out", "carts", "orders", "expected", "turned_away"]
    .filter((name) => name !== "carts" || hasCarts(run))
    .map((name, i) => ({ name, title: t(`sessions.column.${name}`), number: i > 0 }));
  const rows = run.sessions.map((session, s): Child[] => {
    const sums = sessionSums(all.filter((broadcast) => broadcast.session === s));
    const cells: Record<string, number> = { ...sums, sold_out: sums.soldOut, turned_away: sums.turnedAway };
    return columns.map(({ name }) => (name === "session" ? session.title : numberText(Math.round(cells[name]))));
  });
  return table(t("sessions.table"), columns, rows);
}

function absencesTable(run: Run): Child {
  const { rows: count, numbers } = run.parts.absences;
  if (count === 0) return undefined;
  const unit = unitName(run.facts.currency);
  const money = (name: string, i: number) => numberText(Math.round(numbers[name][i]));
  const columns = [
    { title: t("sessions.absence.at") },
    ...["mean_stock_before", "mean_stock_after", "sold_before", "sold_after"].map((name) => ({ title: `${t(`sessions.absence.${name}`)} [${unit}]`, number: true })),
  ];
  const rows = Array.from({ length: count }, (_, i) => [
    dateTimeText(wallClock(run.facts.start, numbers["at"][i])),
    ...["mean_stock_before", "mean_stock_after", "sold_before", "sold_after"].map((name) => money(name, i)),
  ]);
  return titledTable(t("sessions.absences"), columns, rows);
}

export function hasSessionParts(run: Run): boolean {
  return run.parts.broadcasts.rows > 0 && run.parts.sessions.time.length > 1;
}

export function sessionsSection(run: Run): HTMLElement {
  const [carts, broadcasts] = [cartsChart(run), broadcastsChart(run)];
  const show = (session: number | undefined) => {
    carts.show(session);
    broadcasts?.show(session);
  };
  const choices = [{ value: "all", label: t("sessions.all") }, ...run.sessions.map((session, i) => ({ value: String(i), label: session.title }))];
  const choice = select(t("sessions.of"), choices, "all", (value) => show(value === "all" ? undefined : Number(value)));
  show(undefined);
  const lead = [t(hasCarts(run) ? "sessions.lead_carts" : "sessions.lead"), run.parts.alerts.rows > 0 ? t("sessions.lead_alerts") : ""];
  return section(
    "sessions",
    t("sessions.title"),
    lead.filter(Boolean).join(currentLanguage() === "zh" ? "" : " "),
    run.sessions.length > 1 ? el("div", { class: "controls above" }, choice) : undefined,
    carts.box.element,
    broadcasts?.box.element,
    sessionsTable(run),
    absencesTable(run),
  );
}
