import { currentLanguage } from "../ui/preferences";
import texts from "./texts.json";

const all = texts as Record<"en" | "zh", Record<string, string>>;

/** The text of a key in the reader's language with {names} filled in; English, then the key itself, where there is none. */
export function t(key: string, values: Record<string, string | number> = {}): string {
  const text = all[currentLanguage()][key] ?? all.en[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? `{${name}}`));
}

/** The text of a key, or `fallback` where the language has none: for words that come from the program. */
export function textOr(key: string, fallback: string): string {
  return all[currentLanguage()][key] ?? fallback;
}

export function figureName(name: string): string {
  return textOr(`figure.${name}`, plain(name.replace(/^cost_per_order_/, "cost per order: ")));
}

/** The name of a figure inside an English sentence: `cost per order`. */
export function figureInSentence(name: string): string {
  const text = figureName(name);
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

export function kindName(kind: string): string {
  return textOr(`kind.${kind}`, kind);
}

export function stageName(stage: string): string {
  return textOr(`stage.${stage}`, stage);
}

export function accountName(account: string): string {
  return textOr(`account.${plain(account)}`, plain(account));
}

export function modeName(mode: string): string {
  return textOr(`mode.${mode}`, mode);
}

/** `cost_per_order` → `Cost per order` */
export function plain(name: string): string {
  const words = name.replace(/_/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function unitName(unit: string): string {
  if (unit === "1") return "%";
  const [first, per] = unit.split("/");
  if (per) return `${textOr(`unit.${first}`, first)}/${textOr(`unit.one.${per}`, per)}`;
  return textOr(`unit.${unit}`, unit);
}
