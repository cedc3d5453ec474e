/** The browsers that can be driven: one of each engine (Blink with V8, Gecko with SpiderMonkey, WebKit with JavaScriptCore). */
export const browserNames = ['chromium', 'firefox', 'webkit'] as const;

export type BrowserName = (typeof browserNames)[number];

/** Of a page on the screen, in CSS pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A running browser without a window, with a fresh profile. */
export interface Browser {
  readonly name: BrowserName;
  /** As it gives it itself: "156.0.8078.108". */
  readonly version: string;
  /** Loads `url` in a new tab. @throws {BrowserError} `no-such-page` */
  open(url: string): Promise<Tab>;
  /** Ends its processes; whoever waits for one of its tabs is rejected. May be called again. */
  close(): Promise<void>;
}

/** A tab, and what must not have happened in it. */
export interface Tab {
  /**
   * So far: errors of the page and everything on its console, failed requests, requests to another host than the one it was
   * opened on. WebKit's driver tells nothing of these, so there the list stays empty.
   */
  readonly problems: readonly string[];
  /** The value of a JavaScript expression in the page, awaited, as JSON carries it; `undefined` as null. @throws {BrowserError} `script-failed` */
  evaluate(expression: string): Promise<unknown>;
  /** The value of the expression as soon as it is truthy. @throws {BrowserError} `timed-out`, `script-failed` */
  until(expression: string, timeoutMs?: number): Promise<unknown>;
  /** Presses the first element of that CSS selector, as a pointer would. @throws {BrowserError} `script-failed` */
  click(selector: string): Promise<void>;
  /** Loads another page. @throws {BrowserError} `no-such-page` */
  goto(url: string): Promise<void>;
  /** Gives the page that size; WebKit's keeps its own. */
  resize(size: Size): Promise<void>;
  /** What is to be seen, as a PNG file. */
  screenshot(): Promise<Uint8Array>;
  /** May be called again. */
  close(): Promise<void>;
}
