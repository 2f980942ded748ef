// Writes front-warehouses.csv to standard output: one synthetic front warehouse for each of the 100 most populous cities.
//
//   node make-front-warehouses.mjs > front-warehouses.csv
//
// It reads china-cities.csv beside this script and needs no package. The buildings are not real: a rule places them.

import { readFileSync } from 'node:fs';

const COUNT = 100;
const MIN_OFFSET = 0.02; // degrees from the city centre,
const MAX_OFFSET = 0.08; // about 2 km to 9 km
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

const fraction = (x) => x - Math.floor(x);

/** A direction and a distance from the rank alone; multiples of irrational numbers spread both evenly. */
function offset(rank) {
  const angle = 2 * Math.PI * fraction(rank * GOLDEN_RATIO);
  const distance = MIN_OFFSET + (MAX_OFFSET - MIN_OFFSET) * fraction(rank * Math.SQRT2);
  return { lon: distance * Math.cos(angle), lat: distance * Math.sin(angle) };
}

const cities = readFileSync(new URL('china-cities.csv', import.meta.url), 'utf8').trim().split('\n').slice(1)
  .map((line) => line.split(','))
  .map(([id, name, lon, lat]) => ({ id, name, lon: Number(lon), lat: Number(lat) }));

console.log('id,name,kind,lon,lat');
cities.slice(0, COUNT).forEach((city, index) => { // the file is sorted by population
  const by = offset(index + 1);
  const position = [(city.lon + by.lon).toFixed(4), (city.lat + by.lat).toFixed(4)];
  console.log([`front-${city.id}`, `${city.name}前置仓`, 'front', ...position].join(','));
});
