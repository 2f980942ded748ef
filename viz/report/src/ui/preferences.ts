import type { Language } from "../numbers/format";

/** Language and theme: from the browser, or as the reader chose. Kept only where the browser lets a page keep things. */

export type Theme = "light" | "dark";

function kept(key: string): string | null {
  try {
    return localStorage.getItem("spate-" + key);
  } catch {
    return null;
  }
}

function keep(key: string, value: string): void {
  try {
    localStorage.setItem("spate-" + key, value);
  } catch {
    // A page from a file may have no storage: the choice then lasts until it is closed.
  }
}

let language: Language = firstLanguage();
let theme: Theme | undefined = firstTheme();

function firstLanguage(): Language {
  const value = kept("language") ?? globalThis.navigator?.language ?? "en";
  return value.toLowerCase().startsWith("zh") ? "zh" : "en";
}

function firstTheme(): Theme | undefined {
  const value = kept("theme");
  return value === "light" || value === "dark" ? value : undefined;
}

export function currentLanguage(): Language {
  return language;
}

export function chooseLanguage(value: Language): void {
  language = value;
  keep("language", value);
}

export function currentTheme(): Theme {
  return theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
}

export function chooseTheme(value: Theme): void {
  theme = value;
  keep("theme", value);
}

/** As chooseTheme, but not kept. */
export function showTheme(value: Theme | undefined): void {
  theme = value;
}

/** What the reader chose; undefined: as the system has it. */
export function themeChoice(): Theme | undefined {
  return theme;
}

/** Calls back when the system's theme changes and the reader has not chosen one. */
export function onSystemTheme(changed: () => void): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    if (!theme) changed();
  });
}

export function wantsStillness(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
