/** Parts of the browser that not every one has, and the types of the language do not know. */
interface BatteryLike extends EventTarget {
  readonly charging: boolean;
  /** 0 to 1. */
  readonly level: number;
}
interface NavigatorMore {
  getBattery?(): Promise<BatteryLike>;
  readonly connection?: EventTarget & { readonly saveData?: boolean };
}

/** Why a volunteer rests without being told to. */
export type RestReason = 'battery' | 'data-saver';

const LOW_LEVEL = 0.2;

/** Why to rest now; undefined when nothing speaks against computing. */
export function restReasonOf(
  battery: Pick<BatteryLike, 'charging' | 'level'> | undefined,
  saveData: boolean,
): RestReason | undefined {
  if (battery !== undefined && !battery.charging && battery.level <= LOW_LEVEL) return 'battery';
  return saveData ? 'data-saver' : undefined;
}

/** Tells, now and whenever it changes, why to rest. @returns a function that ends it */
export async function watchPower(onChange: (reason: RestReason | undefined) => void): Promise<() => void> {
  const here = navigator as Navigator & NavigatorMore;
  const { connection } = here;
  const battery = await here.getBattery?.().catch(() => undefined);
  const tell = (): void => onChange(restReasonOf(battery, connection?.saveData === true));
  const events: readonly (readonly [EventTarget | undefined, string])[] = [
    [battery, 'chargingchange'],
    [battery, 'levelchange'],
    [connection, 'change'],
  ];
  for (const [target, name] of events) target?.addEventListener(name, tell);
  tell();
  return () => {
    for (const [target, name] of events) target?.removeEventListener(name, tell);
  };
}

/** Keeps the screen on while it is wanted and the browser allows it; it lets go by itself whenever the page is hidden. */
export class ScreenLock {
  #isWanted = false;
  #lock: WakeLockSentinel | undefined;

  static get isKnown(): boolean {
    return 'wakeLock' in navigator;
  }

  constructor() {
    document.addEventListener('visibilitychange', () => void this.#take());
  }

  want(isWanted: boolean): void {
    this.#isWanted = isWanted;
    if (isWanted) void this.#take();
    else void this.#lock?.release();
  }

  async #take(): Promise<void> {
    if (!this.#isWanted || document.hidden || !ScreenLock.isKnown || this.#lock?.released === false) return;
    // Refused where the battery is low, say: then the screen goes dark as always.
    this.#lock = await navigator.wakeLock.request('screen').catch(() => undefined);
    if (!this.#isWanted) await this.#lock?.release();
  }
}
