/** Rows of dW are shared out in multiples of this: a divisor of every backend's tile. */
const SHARE_UNIT = 4;

/** Where the part of `share` begins among `count` rows. */
export const shareBound = (count: number, share: number, shares: number): number =>
  share === shares ? count : Math.floor((count * share) / shares / SHARE_UNIT) * SHARE_UNIT;
