/** Colours of workers, told apart by people with any colour vision (Okabe and Ito); the last is the ink of the theme. */
const COLOURS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#f0e442'];

/** Colours before they repeat with another pattern. */
const COUNT = COLOURS.length + 1;

/** Patterns, from none: past as many colours workers are told apart by these. */
export const PATTERNS = ['plain', 'stripes', 'dots', 'cross'] as const;
export type Pattern = (typeof PATTERNS)[number];

/** The colour of a worker's slot; `ink` is the theme's own. */
export const colourOf = (slot: number, ink: string): string => COLOURS[slot % COUNT] ?? ink;

export const patternOf = (slot: number): Pattern => PATTERNS[Math.floor(slot / COUNT) % PATTERNS.length]!;

/** The value of a custom property of the page's style. */
export const styleValue = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();
