// Writes the tables of bench-national-10m to standard output: markets, rdc, fronts or pickups.
//
//   for table in markets rdc fronts pickups; do node make-national.mjs $table > national-$table.csv; done
//
// It reads china-cities.csv beside this script and needs no package. The buildings are not real: a rule places them.

import { readFileSync } from 'node:fs';

const MARKETS = 300;
const HUBS = 12;
const HUB_SPACING_KM = 350; // the most populous cities that are so far apart are the hubs
const FRONTS = 200;
const PICKUPS = 1000;
const PICKUPS_PER_CITY = 4; // a shop tries so many, nearest first
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

const fraction = (x) => x - Math.floor(x);
const radians = (degrees) => degrees * Math.PI / 180;

/** A place between `least` and `most` degrees from the city; multiples of irrational numbers spread both evenly. */
function near(city, number, least, most) {
  const angle = 2 * Math.PI * fraction(number * GOLDEN_RATIO);
  const distance = least + (most - least) * fraction(number * Math.SQRT2);
  return [(city.lon + distance * Math.cos(angle)).toFixed(4), (city.lat + distance * Math.sin(angle)).toFixed(4)];
}

function kilometres(a, b) {
  const h = Math.sin(radians(b.lat - a.lat) / 2) ** 2
    + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * Math.sin(radians(b.lon - a.lon) / 2) ** 2;
  return 2 * 6371 * Math.asin(Math.sqrt(h));
}

const cities = readFileSync(new URL('china-cities.csv', import.meta.url), 'utf8').trim().split('\n').slice(1)
  .map((line) => line.split(','))
  .map(([id, name, lon, lat, population, province]) => ({ id, name, lon: Number(lon), lat: Number(lat), population, province }))
  .slice(0, MARKETS); // the file is sorted by population

/** As many pickup points in each city as in the next larger one, or one less. */
function pickups() {
  const rows = [];
  const rest = PICKUPS - cities.length;
  cities.forEach((city, rank) => {
    const extra = Math.min(PICKUPS_PER_CITY - 1, Math.max(0, rest - rank * (PICKUPS_PER_CITY - 1)));
    for (let n = 1; n <= 1 + extra; ++n) {
      rows.push([`pickup-${city.id}-${n}`, `${city.name}自提点${n}`, ...near(city, rows.length + 1, 0.002, 0.015)]);
    }
  });
  return rows;
}

function hubs() {
  const chosen = [];
  for (const city of cities) {
    if (chosen.length < HUBS && chosen.every((hub) => kilometres(hub, city) >= HUB_SPACING_KM)) {
      chosen.push(city);
    }
  }
  return chosen;
}

const tables = {
  markets: () => [['id', 'name', 'lon', 'lat', 'population', 'province'],
    ...cities.map((city) => [city.id, city.name, city.lon.toFixed(4), city.lat.toFixed(4), city.population, city.province])],
  rdc: () => [['id', 'name', 'lon', 'lat'],
    ...hubs().map((city, index) => [`rdc-${city.id}`, `${city.name}区域仓`, ...near(city, index + 1, 0.15, 0.3)])],
  fronts: () => [['id', 'name', 'lon', 'lat'],
    ...cities.slice(0, FRONTS).map((city, index) => [`front-${city.id}`, `${city.name}前置仓`, ...near(city, index + 1, 0.03, 0.08)])],
  pickups: () => [['id', 'name', 'lon', 'lat'], ...pickups()],
};

const make = tables[process.argv[2]];
if (make === undefined) {
  console.error(`usage: node make-national.mjs ${Object.keys(tables).join('|')}`);
  process.exit(2);
}
console.log(make().map((row) => row.join(',')).join('\n'));
