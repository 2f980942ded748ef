// Opens pages of `spate report` in a browser, as users do, and compares them with what the program prints.
// usage: node browser_test.mjs PROGRAM [--pictures FOLDER]     with pictures: also writes screenshots there
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL, fileURLToPath } from "node:url";
import { chromium } from "../../viz/report/node_modules/playwright-core/index.mjs";

const PROGRAM = resolve(process.argv[2]);
const PICTURES = process.argv[3] === "--pictures" ? resolve(process.argv[4]) : undefined;
const SCENARIOS = fileURLToPath(new URL("../../scenarios/", import.meta.url));
const FLAGS = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";
const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);
const EVIL = `<img src="x" onerror="window.evil = 1"><b>&amp;`;

const folder = mkdtempSync(join(tmpdir(), "spate-browser-"));
let browser, table, comparison;

/** Runs that have what not every run has: scenario, settings, charts and sections that must be there. */
const PARTS = {
  sessions: {
    scenario: "live-tiers",
    set: ["time.warm_up=0 d", "time.horizon=45 d", "demand.orders=100/day", "sessions[super-1].starts=30 d", "sessions[super-2].starts=35 d"],
    charts: ["sessions", "broadcasts"],
    sections: ["sessions"],
  },
  returns: {
    scenario: "qc-returns",
    set: ["time.warm_up=0 d", "time.horizon=25 d", "demand.orders=400/day", "trace.orders=20 %"],
    charts: ["returns", "returnroutes", "refunds", "quality"],
    sections: ["returns", "quality"],
  },
  views: {
    scenario: "oversell-sync",
    set: ["time.horizon=1 d"],
    charts: ["oversold", "oversoldchannels"],
    sections: ["views"],
  },
  presale: {
    scenario: "presale-mix",
    set: ["demand.orders=200/day", "sessions[deposits].orders=1500", "sessions[eve-of-1111].orders=1500"],
    charts: ["presale"],
    sections: ["presale"],
  },
  groups: {
    scenario: "first-steps",
    set: [
      'channels[shop].group={cut_off: "daily 22:00", at_least: 4}',
      "channels[shop].pickup={collect: {exponential: 8 h}, expires: 12 h}",
      "channels[shop].stock_view=live",
      "demand.orders=60/day",
      "sessions[eve-of-1111].lift=2 x",
    ],
    charts: ["groups", "groupmarkets", "pickup", "pickupwaiting"],
    sections: ["groups", "pickup"],
  },
};

function spate(...words) {
  return execFileSync(PROGRAM, words, { cwd: folder, encoding: "utf8", timeout: 300_000, stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 28 });
}

before(async () => {
  assert.ok(CHROMIUM, "no chromium. apt-get install chromium?");
  const first = join(SCENARIOS, "first-steps.yaml");
  table = spate("run", first, "-o", "run.h5");
  spate("run", first, "-o", "evil.h5", "--quiet", "--set", `title=${EVIL}`, "--set", `sites[warehouse].name=${EVIL}`, "--set", `sessions[eve-of-1111].host=${EVIL}`, "--seed", "7");
  spate("run", join(SCENARIOS, "double-eleven.yaml"), "-o", "national.h5", "--quiet", "--set", "demand.orders=20k/day");
  comparison = spate("compare", join(SCENARIOS, "experiments/first-steps-stock.yaml"), "--replications", "3", "-o", "experiment.h5");
  for (const name of ["run", "national", "experiment"]) spate("report", `${name}.h5`);
  spate("report", "run.h5", "evil.h5", "-o", "both.html");
  for (const [name, { scenario, set }] of Object.entries(PARTS)) {
    spate("run", join(SCENARIOS, `${scenario}.yaml`), "-o", `${name}.h5`, "--quiet", ...set.flatMap((setting) => ["--set", setting]));
    spate("report", `${name}.h5`);
  }
  browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS.split(" ") });
});

after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens a page; `check` runs in it. Any error of the page and any request but the page itself fails the test. */
async function open(name, check, { width = 1440, language = "en-GB", scheme = "light" } = {}) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, locale: language, colorScheme: scheme, timezoneId: "America/New_York" });
  const page = await context.newPage();
  const problems = [];
  const address = pathToFileURL(join(folder, name)).href;
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && problems.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => problems.push(error.stack ?? error.message));
  page.on("request", (request) => !/^(data|blob):/.test(request.url()) && request.url() !== address && problems.push(`request: ${request.url()}`));
  await page.goto(address);
  await page.waitForFunction(() => window.spate?.ready, null, { timeout: 30_000 });
  await check(page);
  assert.deepEqual(problems, []);
  await context.close();
}

/** What a chart shows: for each series the number of known values. */
const shown = (page, id) =>
  page.evaluate((chart) => {
    const known = (item) => [item?.value ?? item].flat().some((value) => typeof value === "number" && Number.isFinite(value));
    return window.spate.charts.get(chart)?.getOption().series.map((series) => series.data.filter(known).length);
  }, id);

async function checkCharts(page, ids) {
  for (const id of ids) {
    const counts = await shown(page, id);
    assert.ok(counts?.length > 0, `chart ${id} is missing`);
    assert.ok(counts.every((count) => count > 0), `chart ${id} has an empty series: ${counts}`);
  }
}

/** Fractions of the pixels of a map that differ from its background. */
const painted = (page, id) =>
  page.evaluate((map) => {
    const canvas = document.querySelector(`#map-${map} canvas`);
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const colors = new Set();
    for (let i = 0; i < data.length; i += 4 * 7) colors.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
    return colors.size;
  }, id);

const flows = (page) => page.evaluate(() => [...window.spate.maps.get("network").picture().flow]);

async function setSlider(page, index) {
  await page.locator("#map input[type=range]").evaluate((slider, value) => {
    slider.value = value;
    slider.dispatchEvent(new Event("input"));
  }, String(index));
}

/** Names and values of the table that `spate run` prints. */
function printedFigures() {
  const rows = table.split("\n").map((line) => line.split(/\s{2,}/));
  const from = rows.findIndex(([name]) => name === "orders");
  const to = rows.findIndex((row, i) => i > from && row.length < 3);
  return new Map(rows.slice(from, to).map(([name, value]) => [name.replaceAll(" ", "_"), value]));
}

test("figures of a run are those that the program prints", () =>
  open("run.html", async (page) => {
    await page.click("#figures .toggle > button");
    const values = await page.$$eval("#figures [data-value]", (cells) => cells.map((cell) => [cell.dataset.value, cell.textContent]));
    const printed = printedFigures();
    assert.ok(printed.size > 20);
    assert.deepEqual(new Map(values), printed);
    const cards = await page.$$eval(".kpi .value", (cells) => cells.map((cell) => [cell.dataset.figure, cell.querySelector(".number").textContent]));
    assert.ok(cards.length >= 10);
    for (const [name, text] of cards) assert.equal(text, printed.get(name), name);
    const digest = /digest\s+([0-9a-f]{16})/.exec(table)[1];
    const about = await page.textContent("#about");
    for (const part of [digest, "2025-11-08 00:00", "2025-11-15 00:00", "UTC+08:00", "1 supplier", "2 markets", "3 products", "旗舰店", "小雅", "11-10 20:00"]) {
      assert.ok(about.includes(part), `'${part}' is not in: ${about}`);
    }
    const [within, line] = await page.evaluate(() => {
      const { series } = window.spate.charts.get("delivery").getOption();
      return [document.querySelector("[data-value=delivered_within_48h]").textContent, series[1].data];
    });
    const after = line.findIndex(([hour]) => hour >= 48);
    const [[x0, y0], [x1, y1]] = [line[after - 1], line[after]];
    assert.ok(Math.abs(y0 + ((48 - x0) / (x1 - x0)) * (y1 - y0) - Number(within)) < 0.2, "the line of delivery times meets the figure at 48 h");
    await page.click("#about .toggle > button");
    assert.match(await page.textContent("#about pre"), /lip-glaze/);
  }));

test("a page is ready after less work than sixteen rounds of sorting take", () =>
  open("national.html", async (page) => {
    const session = await page.context().newCDPSession(page);
    await session.send("Performance.enable");
    const used = async () => (await session.send("Performance.getMetrics")).metrics.find((metric) => metric.name === "ProcessTime").value;
    const ready = await used();
    // A measure of the machine: a million numbers sorted.
    await page.evaluate(() => Float64Array.from({ length: 1e6 }, (_, i) => (i * 7919) % 1000003).sort((a, b) => a - b)[0]);
    const round = (await used()) - ready;
    console.log(`# ready after ${ready} s of processor time, a round of sorting takes ${round} s`);
    assert.ok(ready > 0.1 && ready < 16 * round, `${ready} s of processor time, ${round} s for a round of sorting`);
  }));

test("charts of a run have data", () =>
  open("national.html", async (page) => {
    await checkCharts(page, ["series", "stock", "cover", "capacity", "cost", "delivery"]);
    const zoomed = () => page.evaluate(() => window.spate.charts.get("series").getOption().dataZoom.map((zoom) => zoom.endValue - zoom.startValue));
    const whole = await zoomed();
    await page.click("#series [data-zoom=peak]");
    for (const [i, span] of (await zoomed()).entries()) assert.ok(span < whole[i] / 20 && span > 0, "the button zooms to the peak");
    const peak = await page.evaluate(() => new Date(window.spate.charts.get("series").getOption().dataZoom[0].startValue).toISOString());
    assert.match(peak, /^2025-11-10T/, "the peak is on the evening of the show, on the clock of the scenario");
    await page.click("#stock .segments [data-value=stock_value]");
    await checkCharts(page, ["stock"]);
    await page.click("#series .segments [data-value=channel]");
    await checkCharts(page, ["series"]);
    assert.ok((await page.$$("#capacity tbody tr")).length >= 10);
  }));

const sectionsOf = (page) => page.$$eval("main > section", (parts) => parts.map((part) => part.id));

for (const [name, { charts, sections }] of Object.entries(PARTS)) {
  test(`a run with ${sections.join(" and ")} shows them, and nothing that it does not have`, () =>
    open(
      `${name}.html`,
      async (page) => {
        const there = await sectionsOf(page);
        // Any run may oversell.
        const parts = Object.values(PARTS).flatMap((part) => part.sections).filter((id) => id !== "views" || name === "views");
        assert.deepEqual(there.filter((id) => parts.includes(id)), sections);
        await checkCharts(page, charts);
        for (const id of sections) {
          const text = await page.textContent(`#${id}`);
          assert.match(text, /[\u4e00-\u9fff]/);
          assert.doesNotMatch(text, /NaN|undefined|null|Infinity|[a-z]+\.[a-z_]+\./, `words for people in ${id}`);
        }
      },
      { width: 390, language: "zh-CN", scheme: "dark" },
    ));
}

test("overselling is shown by channel, and sites refuse at least what is oversold", () =>
  open("views.html", async (page) => {
    const column = (n) => page.$$eval(`#views tbody td:nth-child(${n})`, (cells) => cells.map((cell) => Number(cell.textContent.replaceAll(",", ""))));
    const sum = (values) => values.reduce((a, b) => a + b, 0);
    const [orders, oversold] = [await column(2), await column(3)];
    assert.ok(orders.length >= 5);
    assert.ok(sum(oversold) > 0);
    const refused = await page.evaluate(() => window.spate.charts.get("oversold").getOption().series[0].data.map(([, total]) => total));
    assert.ok(refused.every((total, i) => i === 0 || total >= refused[i - 1]));
    assert.ok(refused[refused.length - 1] >= sum(oversold));
    await page.click("#figures .toggle > button");
    const printed = Number(await page.textContent("[data-value=oversold_per_100k]"));
    assert.ok(Math.abs((1e5 * sum(oversold)) / sum(orders) - printed) <= 0.0005 * printed, `${oversold} of ${orders} is not ${printed}`);
    const bars = await page.evaluate(() => window.spate.charts.get("oversoldchannels").getOption().series[0].data);
    const shares = oversold.map((count, i) => (1e5 * count) / orders[i]).sort((x, y) => y - x);
    bars.forEach((bar, i) => assert.ok(Math.abs(bar - shares[i]) < 1e-9));
  }));

test("sessions can be seen one by one, and their orders are those of the broadcasts", () =>
  open("sessions.html", async (page) => {
    const rates = () => page.evaluate(() => window.spate.charts.get("sessions").getOption().series[1].data.map(([, rate]) => rate ?? 0));
    const sum = (values) => values.reduce((a, b) => a + b, 0);
    const column = (n) => page.$$eval(`#sessions tbody td:nth-child(${n})`, (cells) => cells.map((cell) => Number(cell.textContent.replaceAll(",", ""))));
    const head = await page.$$eval("#sessions thead th", (cells) => cells.map((cell) => cell.textContent));
    const orders = await column(head.indexOf("Orders") + 1);
    // Samples are an hour apart, so rates per hour add up to orders.
    assert.equal(Math.round(sum(await rates())), sum(orders));
    await page.selectOption("#sessions select", "1");
    assert.equal(Math.round(sum(await rates())), orders[1]);
    const dots = (await shown(page, "broadcasts")).reduce((a, b) => a + b);
    assert.equal(dots, 1, "the second broadcast of the theme session would be after the end of the run");
    const broadcasts = await column(head.indexOf("Broadcasts") + 1);
    assert.deepEqual(broadcasts, [45, 1, 1, 1]);
  }));

test("grades and routes add up to all, and the return centre is on the map", () =>
  open("returns.html", async (page) => {
    const bars = await page.evaluate(() => window.spate.charts.get("returnroutes").getOption().series.flatMap((series) => series.data));
    assert.ok(Math.abs(bars.reduce((a, b) => a + b, 0) - 100) < 1e-9);
    const place = await page.evaluate(() => {
      const { network, canvas } = window.spate.maps.get("network");
      canvas.scrollIntoView();
      return [network.centres.length, network.returnLinks.length, network.markets.length];
    });
    assert.deepEqual(place, [1, 4, 4]);
    assert.match(await page.textContent("#map .legend"), /Return centre/);
  }));

test("the map shows flows through time, and all of them", () =>
  open("national.html", async (page) => {
    assert.ok((await painted(page, "network")) > 20, "the map is drawn");
    const whole = await flows(page);
    const moments = Number(await page.getAttribute("#map input[type=range]", "max"));
    assert.ok(moments > 100 && moments <= 400);
    const total = new Float64Array(whole.length);
    let [different, clock] = [0, ""];
    for (let k = 1; k <= moments; ++k) {
      await setSlider(page, k);
      const now = await flows(page);
      now.forEach((flow, lane) => (total[lane] += flow));
      different += now.some((flow, lane) => flow !== whole[lane]);
      const text = await page.textContent("#map .map-clock");
      assert.notEqual(text, clock);
      clock = text;
    }
    assert.equal(different, moments);
    whole.forEach((flow, lane) => assert.ok(Math.abs(total[lane] / moments - flow) <= 1e-9 * flow, `lane ${lane}: steps add up to the whole run`));
    await setSlider(page, 0);
    assert.deepEqual(await flows(page), whole);
    await page.click("#map .segments [data-value='4']");
    await page.click("#map .play");
    await page.waitForFunction(() => Number(document.querySelector("#map input[type=range]").value) >= 5, null, { timeout: 10_000 });
    await page.click("#map .play");
    const stopped = await page.inputValue("#map input[type=range]");
    await page.waitForTimeout(400);
    assert.equal(await page.inputValue("#map input[type=range]"), stopped, "it pauses");
  }));

test("the map answers pointer and keys", () =>
  open("run.html", async (page) => {
    const scale = () => page.evaluate(() => window.spate.maps.get("network").view.scale);
    const first = await scale();
    await page.click("#map .map-buttons button:nth-child(1)");
    await page.focus("#map canvas");
    await page.keyboard.press("+");
    assert.ok((await scale()) > 2 * first);
    await page.keyboard.press("0");
    assert.equal(await scale(), first);
    await page.locator("#map .map").scrollIntoViewIfNeeded();
    const place = await page.evaluate(() => {
      const { places, view, size, canvas } = window.spate.maps.get("network");
      const box = canvas.getBoundingClientRect();
      const at = (row) => places.sites[row];
      return [box.left + (at(1)[0] - view.x) * view.scale + size.width / 2, box.top + (at(1)[1] - view.y) * view.scale + size.height / 2];
    });
    await page.mouse.move(place[0], place[1]);
    const tip = await page.textContent("#map .map-tip");
    assert.match(tip, /^武汉仓/);
    assert.match(tip, /Regional DC/);
  }));

test("language and colours can be switched, and stay", () =>
  open(
    "run.html",
    async (page) => {
      const state = () => page.evaluate(() => [document.documentElement.lang, document.querySelector("h2").textContent, getComputedStyle(document.body).backgroundColor]);
      const before = await state();
      assert.deepEqual(before.slice(0, 2), ["zh-CN", "关键指标"]);
      assert.equal(await page.textContent(".kpi .name"), "订单数");
      await page.click("#figures .toggle > button");
      const names = await page.$$eval("#figures tbody td:first-child", (cells) => cells.map((cell) => cell.textContent));
      assert.deepEqual(names.filter((name) => !/[\u4e00-\u9fff]/.test(name)), [], "every key figure has a Chinese name");
      await page.click("#theme [data-value=dark]");
      await page.click("#language [data-value=en]");
      const now = await state();
      assert.deepEqual(now.slice(0, 2), ["en", "Key figures"]);
      assert.notEqual(now[2], before[2]);
      await checkCharts(page, ["series", "stock", "cost", "delivery"]);
      await page.reload();
      await page.waitForFunction(() => window.spate?.ready);
      assert.deepEqual(await state(), now);
    },
    { language: "zh-CN" },
  ));

test("the browser's language and colours come first", () =>
  open("experiment.html", async (page) => assert.equal(await page.getAttribute("html", "data-theme"), "dark"), { language: "zh-CN", scheme: "dark" }));

test("an experiment says what the program says", () =>
  open("experiment.html", async (page) => {
    const verdicts = await page.$$eval("#verdict .verdict", (parts) => parts.map((part) => part.textContent));
    assert.equal(verdicts.length, 2);
    for (const verdict of verdicts) assert.ok(comparison.includes(verdict), verdict);
    await page.click("#arms .segments [data-value=all]");
    const means = await page.$$eval("#arms .estimate > span:first-child", (cells) => cells.map((cell) => cell.textContent));
    assert.ok(means.length > 60);
    for (const mean of means) assert.ok(comparison.includes(mean), mean);
    await checkCharts(page, ["forest", "trade", "armcost", "armdelivery"]);
    const [intervals, dots] = await shown(page, "forest");
    assert.deepEqual([intervals, dots], [2, 2]);
    assert.deepEqual(await shown(page, "trade"), [1, 3, 1, 3, 1, 3], "a mean and three replications of each arm");
    await page.selectOption("#forest select", "order_fill_rate");
    assert.match(await page.textContent("#forest figcaption"), /Order fill rate/);
    await checkCharts(page, ["forest"]);
    for (const arm of ["base-stock", "lean", "min-max"]) assert.ok((await painted(page, arm)) > 10, `map of ${arm}`);
  }));

test("an experiment in Chinese", () =>
  open(
    "experiment.html",
    async (page) => {
      const verdict = await page.textContent("#verdict article:last-child .verdict");
      assert.match(verdict, /^低于两天才补货优于每天补货。低于两天才补货的单均总成本比每天补货低 [\d.]+ 元\/单（97.5 % 区间：低 [\d.]+ 至 [\d.]+），共 3 次重复。$/);
      const size = /低 ([\d.]+) 元/.exec(verdict)[1];
      assert.ok(comparison.includes(`cost per order total ${size} CNY/order lower`), `${size} is not what the program prints`);
    },
    { language: "zh-CN" },
  ));

test("several runs share a page, and names are never markup", () =>
  open("both.html", async (page) => {
    assert.equal((await page.$$("#runs thead th")).length, 4);
    await page.selectOption("header select", "1");
    assert.equal(await page.textContent("h1"), EVIL);
    await page.evaluate(() => {
      const capacity = window.spate.charts.get("capacity");
      const known = capacity.getOption().series[0].data.findIndex((cell) => typeof cell[2] === "number");
      capacity.dispatchAction({ type: "showTip", seriesIndex: 0, dataIndex: known });
    });
    await page.waitForTimeout(200);
    const tips = await page.$$eval("#figure-capacity .chart > div", (parts) => parts.map((part) => part.textContent).join());
    assert.ok(tips.includes(EVIL), `the tooltip shows the name: ${tips}`);
    assert.equal(await page.evaluate(() => window.evil), undefined);
    assert.equal((await page.$$("main img, header img")).length, 0);
  }));

test("data that cannot be read are named, and the page stays", async () => {
  const page = readFileSync(join(folder, "run.html"), "utf8");
  writeFileSync(join(folder, "broken.html"), page.replace(/(data-file="run.h5">)[^<]*/, "$1AAAA"));
  await open("broken.html", async (opened) => assert.match(await opened.textContent("main"), /cannot be read \(run\.h5/));
});

for (const width of [390, 1024, 1920]) {
  test(`nothing is wider than a screen of ${width} pixels`, async () => {
    for (const [name, language, scheme] of [["national", "en-GB", "light"], ["experiment", "zh-CN", "dark"], ["both", "zh-CN", "light"], ["sessions", "en-GB", "light"], ["returns", "en-GB", "dark"], ["groups", "en-GB", "light"]]) {
      const check = async (page) => {
        const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        assert.equal(over, 0, `${name} is ${over} pixels too wide`);
        if (PICTURES) {
          mkdirSync(PICTURES, { recursive: true });
          await page.screenshot({ path: join(PICTURES, `${name}-${width}-${scheme}-${language}.png`), fullPage: true });
        }
      };
      await open(`${name}.html`, check, { width, language, scheme });
    }
  });
}
