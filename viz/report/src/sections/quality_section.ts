import { axis, chartBox, legend, legendRoom, nameAxis, tip } from "../charts/echarts";
import type { Run } from "../data/run";
import { axisText, numberText, percentText } from "../numbers/format";
import { worstSites } from "../numbers/parts";
import { t, unitName } from "../text/text";
import { section, table, titledTable } from "../ui/dom";
import { palette, series } from "../ui/palette";
import { currentLanguage } from "../ui/preferences";

const MOST_SITES = 12;
const BARS = ["defective_in", "defective_removed", "defective_out"];

export function hasQuality(run: Run): boolean {
  return run.parts.quality.rows > 0;
}

function chart(run: Run): HTMLElement | undefined {
  const { texts, numbers } = run.parts.quality;
  const sites = worstSites(BARS.map((name) => numbers[name]), MOST_SITES);
  if (sites.length === 0) return undefined;
  const narrow = window.innerWidth < 600;
  const names = BARS.map((name) => t(`quality.${name}`));
  const colors = [series(6), series(2), series(5)];
  const box = chartBox({ id: "quality", title: t("quality.caption"), unit: t("quality.unit"), height: 100 + legendRoom(names) + 64 * sites.length });
  box.show({
    legend: legend({ top: 0, left: 0, itemHeight: 10 }),
    grid: { left: narrow ? 96 : 150, right: 66, top: 36 + legendRoom(names), bottom: 30 },
    xAxis: axis({ type: "value", splitNumber: 4, axisLabel: { formatter: (v: number) => axisText(v, currentLanguage()) } }),
    yAxis: nameAxis(sites.map((i) => texts["site"][i]), narrow),
    tooltip: {
      trigger: "axis",
      axisPointer: { type: "shadow" },
      formatter: (items: { dataIndex: number }[]) => {
        const i = sites[items[0]?.dataIndex ?? 0];
        return tip(texts["site"][i], names.map((name, k): [string, string] => [name, numberText(numbers[BARS[k]][i])]), colors);
      },
    },
    series: names.map((name, k) => ({
      name,
      type: "bar",
      barMaxWidth: 14,
      itemStyle: { color: colors[k], borderRadius: 2 },
      label: { show: true, position: "right", color: palette().ink, fontSize: 11, formatter: (item: { value: number }) => numberText(item.value) },
      data: sites.map((i) => numbers[BARS[k]][i]),
    })),
  });
  return box.element;
}

function qualityTable(run: Run): HTMLElement {
  const { rows: count, texts, numbers } = run.parts.quality;
  const units = ["units_in", "units_replaced", "units_tested", "units_removed", "units_out"].filter((name) => name !== "units_replaced" || numbers[name].some((value) => value > 0));
  const batches = ["batches", "batches_failed"];
  const columns = [
    { title: t("capacity.site") },
    ...units.map((name) => ({ title: `${t(`quality.column.${name}`)} [${unitName("units")}]`, number: true })),
    ...batches.map((name) => ({ title: t(`quality.column.${name}`), number: true })),
    { title: t("figure.defect_share_in"), number: true },
    { title: t("figure.defect_share_out"), number: true },
  ];
  const share = (part: string, all: string, i: number) => shareText(numbers[part][i], numbers[all][i]);
  const rows = Array.from({ length: count }, (_, i) => [
    texts["site"][i],
    ...[...units, ...batches].map((name) => numberText(numbers[name][i])),
    share("defective_in", "units_in", i),
    share("defective_out", "units_out", i),
  ]);
  return table(t("quality.table"), columns, rows);
}

/** A part of a whole; a dash where there is no whole. */
function shareText(part: number, whole: number): string {
  return whole > 0 ? percentText(part / whole, 2) : "–";
}

function gradesTable(run: Run): HTMLElement | undefined {
  const { rows: count, texts, numbers } = run.parts.grades;
  if (count === 0) return undefined;
  const columns = [
    { title: t("quality.grade") },
    { title: `${t("quality.product_days")} [${unitName("d")}]`, number: true },
    { title: t("quality.placed"), number: true },
    { title: t("figure.unseen_share"), number: true },
    { title: t("figure.late_share"), number: true },
    { title: t("figure.return_share"), number: true },
  ];
  const rows = Array.from({ length: count }, (_, i) => [
    texts["grade"][i],
    numberText(Math.round(numbers["product_days"][i] * 10) / 10),
    numberText(numbers["placed"][i]),
    shareText(numbers["unseen"][i], numbers["unseen"][i] + numbers["placed"][i]),
    shareText(numbers["late"][i], numbers["delivered"][i]),
    shareText(numbers["returned"][i], numbers["delivered"][i]),
  ]);
  return titledTable(t("quality.grades"), columns, rows);
}

function blackListTable(run: Run): HTMLElement | undefined {
  const { rows: count, texts, numbers } = run.parts.blackList;
  if (count === 0) return undefined;
  const order = Array.from({ length: count }, (_, i) => i).sort((a, b) => numbers["days"][b] - numbers["days"][a]);
  const columns = [{ title: t("quality.supplier") }, { title: t("quality.listings"), number: true }, { title: `${t("quality.days")} [${unitName("d")}]`, number: true }];
  return titledTable(t("quality.black_list"), columns, order.map((i) => [texts["site"][i], numberText(numbers["listings"][i]), numberText(Math.round(numbers["days"][i] * 10) / 10)]));
}

function recallsTable(run: Run): HTMLElement | undefined {
  const { rows: count, texts, numbers } = run.parts.recalls;
  if (count === 0) return undefined;
  const units = ["removed", "stopped", "removed_bad", "removed_defective"];
  const columns = [{ title: t("capacity.site") }, ...units.map((name) => ({ title: `${t(`quality.recall.${name}`)} [${unitName("units")}]`, number: true }))];
  return titledTable(t("quality.recalls"), columns, Array.from({ length: count }, (_, i) => [texts["site"][i], ...units.map((name) => numberText(numbers[name][i]))]));
}

export function qualitySection(run: Run): HTMLElement {
  return section("quality", t("quality.title"), t("quality.lead"), chart(run), qualityTable(run), gradesTable(run), blackListTable(run), recallsTable(run));
}
