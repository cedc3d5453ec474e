import type { Standing } from '@lockstep/metrics';
import type { ComputeMessage, EndKind, Progress } from '../messages.ts';
import { findCause } from '../ui/find-cause.ts';
import { duration } from '../ui/format.ts';
import { byId, show, showElement } from './elements.ts';
import { Helper } from './helper.ts';
import type { Memory } from './memory.ts';
import { NetworkPicture } from './network-picture.ts';
import { ScreenLock, watchPower, type RestReason } from './politeness.ts';
import { noteStart } from './recent-starts.ts';
import { Ring } from './ring.ts';
import { StandingLine } from './standing-line.ts';
import {
  showJoined,
  showMeasured,
  showMode,
  showProgress,
  showPulse,
  showResult,
  showSameBits,
  showStanding,
  type Mode,
} from './view.ts';

export interface JoinPageSetup {
  readonly forGood: Memory;
  readonly forTab: Memory;
  /** The run's secret, when the page's address had one. */
  token(): string | undefined;
}

const DEFAULT_BUDGET_PERCENT = 75;
const NOTHING: Progress = { step: 0, spanCount: 0, checkCount: 0, rowCount: 0, loss: 0 };

/** The course of a volunteer's page: what its buttons, the browser around it and its Web Worker make happen. */
export class JoinPage {
  readonly #setup: JoinPageSetup;
  readonly #ring: Ring;
  readonly #network = new NetworkPicture();
  readonly #screen = new ScreenLock();
  #mode: Mode = { type: 'idle' };
  #helper: Helper | undefined;
  #line: StandingLine | undefined;
  /** What the page is at when its helper has left; over when that was not asked for. */
  #next: Mode | undefined;
  #stopWatchingPower: (() => void) | undefined;
  #rest: RestReason | undefined;
  /** Why it need not rest any more: the person said to go on. */
  readonly #overruled = new Set<RestReason>();
  /** What was computed before the last pause, and since. */
  #before = NOTHING;
  #since = NOTHING;
  #countdown: ReturnType<typeof setInterval> | undefined;
  #hiddenAt: number | undefined;

  constructor(setup: JoinPageSetup) {
    this.#setup = setup;
    const { forGood } = setup;
    this.#ring = new Ring(Number(forGood.get('budget') ?? DEFAULT_BUDGET_PERCENT), (percent) => {
      forGood.set('budget', String(percent));
      this.#helper?.tell({ type: 'budget', budget: percent / 100 });
    });
    addEventListener('pagehide', () => this.#helper?.tell({ type: 'leave', reason: 'the tab was closed' }));
    addEventListener('pageshow', ({ persisted }) => persisted && this.#return());
    addEventListener('online', () => this.#helper?.tell({ type: 'line', line: 'back' }));
    document.addEventListener('visibilitychange', () => this.#onVisibility());
    byId('threads').addEventListener('change', () => this.#onThreads());
    byId('screen').addEventListener('change', () => this.#wantScreen());
    this.#enter({ type: 'idle' });
  }

  /** The page was loaded: a tab that was helping goes on, as it was told to before. */
  wake(): void {
    byId<HTMLButtonElement>('start').disabled = false;
    if (this.#setup.forTab.get('helping') !== undefined) this.start();
  }

  start(): void {
    if (this.#helper !== undefined) return;
    if (this.#rest !== undefined) this.#overruled.add(this.#rest);
    if (this.#mode.type === 'over') this.#before = this.#since = NOTHING;
    const { forTab, forGood, token } = this.#setup;
    forTab.set('helping', 'yes');
    const chosen = byId<HTMLSelectElement>('threads').value;
    forGood.set('threads-chosen', chosen);
    const secret = token();
    this.#next = undefined;
    this.#helper = new Helper({
      start: {
        name: byId<HTMLInputElement>('name').value,
        processors: navigator.hardwareConcurrency || 1,
        ...(chosen === '' ? {} : { threads: Number(chosen) }),
        budget: this.#ring.percent / 100,
        recentStarts: noteStart(forTab, Date.now()),
        ...(secret === undefined ? {} : { token: secret }),
      },
      onMessage: (message) => this.#onMessage(message),
    });
    this.#enter({ type: 'helping', activity: 'proving' });
    this.#wantScreen();
    if (this.#stopWatchingPower !== undefined) return;
    this.#stopWatchingPower = () => undefined;
    void watchPower((reason) => this.#onPower(reason)).then((stop) => (this.#stopWatchingPower = stop));
  }

  /** Hands back what it has; the tab stays ready. @param reason undefined when the person wants it */
  pause(reason: RestReason | undefined): void {
    this.#leaveFor({ type: 'paused', reason }, reason === undefined ? 'paused' : `paused: ${reason}`);
  }

  leave(): void {
    this.#setup.forTab.remove('helping');
    if (this.#helper === undefined) this.#end('left', 'Left: this tab computes no more.');
    else this.#leaveFor({ type: 'over', kind: 'left' }, 'the volunteer left');
  }

  #leaveFor(next: Mode, reason: string): void {
    if (this.#helper === undefined) return;
    this.#next = next;
    this.#helper.tell({ type: 'leave', reason });
  }

  #enter(mode: Mode): void {
    this.#mode = mode;
    showMode(mode);
  }

  #onMessage(message: ComputeMessage): void {
    switch (message.type) {
      case 'proved':
        show('digest', message.goldenDigest.slice(0, 12));
        return show('backend', message.backend);
      case 'activity':
        this.#enter({ type: 'helping', activity: message.activity });
        show('state', message.text);
        if (message.isUnreached === true) void this.#sayCause(message.text);
        return this.#countDown(message.retryMs);
      case 'measured':
        return showMeasured(message.processors, message.threads);
      case 'joined':
        showJoined(message);
        this.#network.draw(message.sizes);
        this.#enter({ type: 'helping', activity: 'computing' });
        return this.#follow(message.worker);
      case 'progress':
        this.#since = message;
        showProgress(sumOf(this.#before, message));
        showPulse();
        return this.#network.sweep();
      case 'ended':
        if (message.result !== undefined) showResult(message.result);
        return this.#onEnded(message.kind, message.text);
    }
  }

  /** In place of `text`, where that is still what the page says. */
  async #sayCause(text: string): Promise<void> {
    const cause = await findCause();
    const isRetrying = this.#mode.type === 'helping' && this.#mode.activity === 'retrying';
    if (isRetrying && byId('state').textContent === text) show('state', cause);
  }

  #follow(worker: string): void {
    this.#line?.close();
    this.#line = new StandingLine({
      token: this.#setup.token(),
      worker,
      onStanding: (standing) => this.#onStanding(standing),
      onDead: () => this.#helper?.tell({ type: 'line', line: 'dead' }),
    });
  }

  #onStanding(standing: Standing): void {
    showStanding(standing);
    if (!hasEnded(standing)) return;
    showSameBits(standing.disagreedAt);
    if (this.#helper === undefined) this.#line?.close();
  }

  #onEnded(kind: EndKind, text: string): void {
    this.#helper = undefined;
    this.#before = sumOf(this.#before, this.#since);
    this.#since = NOTHING;
    const next = this.#next;
    this.#countDown(undefined);
    if (kind === 'left' && next?.type === 'helping') return this.start();
    this.#wantScreen();
    // After the last step the coordinator says once more how it went, and closes the line itself when it goes.
    if (kind !== 'completed' && kind !== 'diverged') this.#line?.close();
    if (kind === 'left' && next?.type === 'paused') return this.#enter(next);
    // Whoever closed the tab may load it again, and goes on then.
    if (kind !== 'left') this.#setup.forTab.remove('helping');
    this.#end(kind, text);
  }

  #end(kind: EndKind, text: string): void {
    this.#stopWatchingPower?.();
    this.#stopWatchingPower = undefined;
    this.#rest = undefined;
    this.#enter({ type: 'over', kind });
    // Nobody is thanked for what was done without them.
    if (kind === 'completed' && this.#before.rowCount === 0) show('title', 'This run is over');
    show('state', text);
  }

  #onPower(reason: RestReason | undefined): void {
    this.#rest = reason;
    const mode = this.#mode;
    if (reason !== undefined && !this.#overruled.has(reason) && mode.type === 'helping') this.pause(reason);
    if (reason === undefined && mode.type === 'paused' && mode.reason !== undefined) this.start();
  }

  /** Another number of threads takes a new hello: it leaves and comes back. */
  #onThreads(): void {
    this.#leaveFor({ type: 'helping', activity: 'connecting' }, 'another number of threads');
  }

  #wantScreen(): void {
    this.#screen.want(this.#helper !== undefined && byId<HTMLInputElement>('screen').checked);
  }

  /** Out of the browser's store of pages: what it had was handed back when it went in. */
  #return(): void {
    if (this.#setup.forTab.get('helping') === undefined) return;
    this.#helper?.end();
    this.#helper = undefined;
    this.start();
  }

  #onVisibility(): void {
    const isHelping = this.#helper !== undefined;
    document.title =
      isHelping && document.hidden ? 'Lockstep: helping, slowed while hidden' : 'Lockstep: help train';
    if (document.hidden) this.#hiddenAt = Date.now();
    showElement('hint', isHelping);
    if (!isHelping) return;
    const hint = document.hidden
      ? 'This tab is hidden: browsers slow hidden tabs.'
      : `This tab was hidden for ${duration(Date.now() - (this.#hiddenAt ?? Date.now()))}: browsers slow hidden tabs.`;
    show('hint', hint);
  }

  #countDown(retryMs: number | undefined): void {
    clearInterval(this.#countdown);
    show('countdown', '');
    if (retryMs === undefined) return;
    const until = Date.now() + retryMs;
    const tick = (): void => {
      const seconds = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      show('countdown', seconds === 0 ? 'Trying again.' : `Next try in ${seconds} s.`);
    };
    tick();
    this.#countdown = setInterval(tick, 500);
  }
}

const hasEnded = ({ phase }: Standing): boolean => phase === 'finished' || phase === 'diverged';

const sumOf = (before: Progress, since: Progress): Progress => ({
  ...since,
  spanCount: before.spanCount + since.spanCount,
  checkCount: before.checkCount + since.checkCount,
  rowCount: before.rowCount + since.rowCount,
});
