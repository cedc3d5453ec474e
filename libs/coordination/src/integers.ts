/** Whole part of a / b for integers 0 <= a < 2^53, b > 0. (The rounded quotient never reaches the next integer there.) */
export const divide = (a: number, b: number): number => Math.floor(a / b);

export const clamp = (value: number, least: number, most: number): number =>
  Math.min(Math.max(value, least), most);
