import { describe, expect, test } from "vitest";
import { packLand } from "../tools/land.mjs";
import { ringsIn, unpackRing } from "../src/map/land";
import { lineWidth, marketRadius, roundBelow, siteStress } from "../src/map/picture";
import { boxOf, fit, latitude, project, toScreen, zoomAt } from "../src/map/projection";
import { momentsOf } from "../src/map/moments";
import { useOfStages } from "../src/data/network";
import { distanceToPiece } from "../src/map/hit";

const size = { width: 800, height: 500 };

describe("projection", () => {
  test("there and back", () => expect(latitude(project(0, 31.23)[1])).toBeCloseTo(31.23, 9));
  test("everything fits with its margin, from a city to the world", () => {
    for (const points of [[{ lon: 121.47, lat: 31.23 }, { lon: 114.3, lat: 30.59 }], [{ lon: -170, lat: -50 }, { lon: 175, lat: 70 }], [{ lon: 10, lat: 50 }]]) {
      const view = fit([...points, { lon: NaN, lat: 1 }], size, 40);
      for (const point of points) {
        const [x, y] = toScreen(view!, size, project(point.lon, point.lat));
        expect(x).toBeGreaterThanOrEqual(39.9);
        expect(x).toBeLessThanOrEqual(760.1);
        expect(y).toBeGreaterThanOrEqual(39.9);
        expect(y).toBeLessThanOrEqual(460.1);
      }
    }
    expect(fit([{ lon: NaN, lat: NaN }], size, 40)).toBeUndefined();
  });
  test("zoom keeps the point under the pointer", () => {
    const view = fit([{ lon: 100, lat: 20 }, { lon: 120, lat: 40 }], size, 40)!;
    const place: [number, number] = [view.x + 100 / view.scale, view.y - 50 / view.scale];
    expect(toScreen(zoomAt(view, size, 3, 500, 200), size, place).map(Math.round)).toEqual([500, 200]);
  });
});

describe("coastlines", () => {
  const rings = packLand().split(" ").map(unpackRing);
  test("come back as they went in", () => {
    const lon = rings.flatMap((ring) => Array.from(ring).filter((_, i) => i % 2 === 0));
    const lat = rings.flatMap((ring) => Array.from(ring).filter((_, i) => i % 2 === 1));
    expect(lon.reduce((a, b) => Math.min(a, b))).toBeLessThanOrEqual(-179.9);
    expect(lon.reduce((a, b) => Math.max(a, b))).toBeGreaterThanOrEqual(179.9);
    expect(lat.reduce((a, b) => Math.max(a, b))).toBeGreaterThan(83);
    expect(rings.length).toBeGreaterThan(1000);
  });
  test("no coast leaps over the map at the date line", () => {
    for (const ring of rings) for (let i = 2; i < ring.length; i += 2) expect(Math.abs(ring[i] - ring[i - 2])).toBeLessThan(180);
  });
  test("only those in sight are kept", () => {
    const view = fit([{ lon: 114, lat: 30 }, { lon: 122, lat: 32 }], size, 40)!;
    const near = ringsIn(rings, boxOf(view, size));
    expect(near.length).toBeGreaterThan(0);
    expect(near.length).toBeLessThan(rings.length / 5);
  });
});

describe("uses of stages", () => {
  const place = { id: "a", name: "仓", lon: 0, lat: 0, kind: "rdc" };
  const stages = [{ name: "pick", site: 0 }, { name: "pack", site: 0 }, { name: "pick", site: 1 }, { name: "pack", site: 1 }];
  const network = { sites: [place, { ...place, id: "b" }], markets: [], lanes: [], stages, centres: [], returnLinks: [] };
  const use = (stage: string, used: number) => ({ site: "仓", stage, jobs: 1, meanWait: 0, meanWaiting: 0, used });
  test("two sites of one name keep theirs", () => {
    expect([...useOfStages(network, [use("pick", 0.1), use("pack", 0.2), use("pick", 0.3), use("pack", NaN)])]).toEqual([0.1, 0.2, 0.3, NaN]);
  });
  test("a stage that is not listed is unknown", () => {
    expect([...useOfStages(network, [use("pack", 0.2), use("pick", 0.3)])]).toEqual([NaN, 0.2, 0.3, NaN]);
  });
});

describe("pictures", () => {
  test("four times the flow is twice the width", () => {
    expect(lineWidth(400, 400)).toBeCloseTo(2 * lineWidth(100, 400));
    expect([lineWidth(0, 400), lineWidth(NaN, 400), lineWidth(5, 0)]).toEqual([0, 0, 0]);
    expect(marketRadius(0, 10)).toBe(1);
    expect([roundBelow(437), roundBelow(0.03), roundBelow(0)]).toEqual([200, 0.02, 0]);
  });
  test("a site is as strained as its busiest stage", () => {
    const network = { sites: [{}, {}], markets: [], lanes: [], stages: [{ name: "a", site: 0 }, { name: "b", site: 0 }, { name: "c", site: 1 }] } as never;
    expect([...siteStress(network, [0.2, 0.9, NaN])]).toEqual([0.9, NaN]);
  });
  test("a moment is a frame with time before it", () => {
    expect(momentsOf([0, 10, 30])).toEqual([{ from: 0, to: 10, frame: 1 }, { from: 10, to: 30, frame: 2 }]);
    expect(momentsOf([10, 30])[0]).toEqual({ from: 0, to: 10, frame: 0 });
  });
  test("distance to a piece of a line", () => {
    expect(distanceToPiece([5, 3], [0, 0], [10, 0])).toBe(3);
    expect(distanceToPiece([-3, 4], [0, 0], [10, 0])).toBe(5);
    expect(distanceToPiece([3, 4], [0, 0], [0, 0])).toBe(5);
  });
});
