/**
 * Loaded into a process before everything else (`--import`): its wall clock jumps an hour forward and two back every half second. The
 * monotonic clocks stay as they are.
 */
const HOUR_MS = 3_600_000;
const RealDate = Date;
const jumpedNow = () => RealDate.now() + (process.uptime() % 1 < 0.5 ? HOUR_MS : -HOUR_MS);

globalThis.Date = class extends RealDate {
  constructor(...values) {
    super(...(values.length === 0 ? [jumpedNow()] : values));
  }
  static now() {
    return jumpedNow();
  }
};
