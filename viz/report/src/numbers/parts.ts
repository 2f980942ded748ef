/** Small sums for the parts that not every run has. */

export const ROUTES = ["reshelve", "special", "outlet", "repair", "scrap", "open"];
const GRADES = ["a", "b", "c", "d"];

/** Units of each found grade by route, and their sums. */
export function routesByGrade(grades: string[], routes: string[], units: ArrayLike<number>): { grade: string; units: number[]; total: number }[] {
  return GRADES.map((grade) => {
    const of = ROUTES.map((route) => grades.reduce((sum, other, i) => sum + (other === grade && routes[i] === route ? units[i] : 0), 0));
    return { grade, units: of, total: of.reduce((a, b) => a + b, 0) };
  }).filter(({ total }) => total > 0);
}

/** Markets with groups, the largest share of failed ones first. */
export function worstMarkets(groups: ArrayLike<number>, failed: ArrayLike<number>, most: number): number[] {
  const share = (i: number) => failed[i] / groups[i];
  return Array.from(groups, (_, i) => i).filter((i) => groups[i] > 0).sort((a, b) => share(b) - share(a)).slice(0, most);
}

/** Values added up from the first on. */
export function runningSum(values: ArrayLike<number>): number[] {
  let total = 0;
  return Array.from(values, (value) => (total += value));
}

/** Sites with defective units, most first. */
export function worstSites(defective: ArrayLike<number>[], most: number): number[] {
  const largest = (i: number) => Math.max(...defective.map((values) => values[i]));
  return Array.from(defective[0], (_, i) => i).filter((i) => largest(i) > 0).sort((a, b) => largest(b) - largest(a)).slice(0, most);
}
