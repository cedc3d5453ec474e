import type { Standing } from '@lockstep/metrics';
import type { Activity, EndKind, Joined, Progress, Result } from '../messages.ts';
import { compact, lossText, percent } from '../ui/format.ts';
import { sparkPoints } from '../ui/spark-points.ts';
import { byId, show, showElement } from './elements.ts';
import type { RestReason } from './politeness.ts';

/** What the page is at. */
export type Mode =
  | { readonly type: 'idle' }
  | { readonly type: 'helping'; readonly activity: Activity }
  /** By the person, or by itself for a reason. */
  | { readonly type: 'paused'; readonly reason: RestReason | undefined }
  | { readonly type: 'over'; readonly kind: EndKind };

const OVER_TITLES: Readonly<Record<EndKind, string>> = {
  completed: 'Thank you',
  diverged: 'The run diverged',
  stopped: 'The run was stopped',
  left: 'Thank you for your help',
  refused: 'Not let in',
  failed: 'This tab cannot help',
};

const HELPING_TITLES: Readonly<Partial<Record<Activity, string>>> = {
  'standing-by': 'Standing by',
  retrying: 'Not connected',
};

const REST_TEXTS: Readonly<Record<RestReason, string>> = {
  battery: 'The battery is low: it goes on when the device charges.',
  'data-saver': 'Data saver is on: it goes on when that is off.',
};

function titleOf(mode: Mode): string {
  switch (mode.type) {
    case 'idle':
      return 'Help train a neural network';
    case 'helping':
      return HELPING_TITLES[mode.activity] ?? 'You are helping';
    case 'paused':
      return mode.reason === undefined ? 'Paused' : 'Paused by itself';
    case 'over':
      return OVER_TITLES[mode.kind];
  }
}

function buttonOf(mode: Mode): string {
  if (mode.type === 'paused') return mode.reason === undefined ? 'Go on' : 'Go on anyway';
  if (mode.type === 'over') return mode.kind === 'left' ? 'Help again' : 'Try again';
  return 'Help train';
}

/** Brings the page to a mode: which parts are there, and what the buttons say. */
export function showMode(mode: Mode): void {
  const isHelping = mode.type === 'helping';
  const isBusy = isHelping || mode.type === 'paused';
  const isDone = mode.type === 'over' && ['completed', 'diverged'].includes(mode.kind);
  document.body.dataset['mode'] = mode.type === 'over' ? `over ${mode.kind}` : mode.type;
  show('title', titleOf(mode));
  show('start', buttonOf(mode));
  if (mode.type === 'paused') {
    show(
      'state',
      mode.reason === undefined ? 'Nothing is computed until you go on.' : REST_TEXTS[mode.reason],
    );
  }
  showElement('start', !isHelping && !isDone);
  byId<HTMLButtonElement>('start').disabled = isHelping || isDone;
  showElement('count', isHelping || isDone);
  showElement('actions', isBusy);
  showElement('pause', isHelping);
  byId<HTMLButtonElement>('leave').disabled = !isBusy || (isHelping && mode.activity === 'leaving');
  showElement('promise', mode.type === 'idle');
  showElement('settings', !isDone);
  const isKnown = byId('run').textContent !== '';
  for (const id of ['course', 'part', 'picture']) showElement(id, isKnown && mode.type !== 'idle');
  showElement('proof', isHelping && byId('digest').textContent !== '');
}

/** What a volunteer gives, in words: not what the browser says that there is. */
export function showMeasured(processors: number, threads: number): void {
  const [count, found] = [
    threads === 1 ? '1 thread' : `${threads} threads`,
    processors === 1 ? '1 processor' : `${processors} processors`,
  ];
  byId<HTMLSelectElement>('threads').options[0]!.text = `${count} of ${found}, measured`;
}

export function showJoined({ run, threads, isShared }: Joined): void {
  show('run', run);
  const hands = threads === 1 ? 'One thread' : `${threads} threads`;
  const memory = isShared ? 'one copy of the weights' : 'a copy of the weights each';
  show('place', `${hands}, ${threads === 1 ? 'one copy of the weights' : memory}.`);
}

export function showProgress({ spanCount, checkCount, rowCount }: Progress): void {
  const text = rowCount.toLocaleString('en-US');
  show('rows', text);
  // Of 40 pixels as many as leave a long number inside the ring.
  byId('rows').style.fontSize = `${Math.min(40, Math.floor(300 / text.length))}px`;
  show('spans', spanCount.toLocaleString('en-US'));
  show('checks', checkCount.toLocaleString('en-US'));
}

/** A ring that widens and fades: something was sent. */
export function showPulse(): void {
  if (document.hidden || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  const pulse = byId('pulse');
  if (pulse.getAnimations().length > 0) return;
  pulse.animate([{ opacity: 0.5 }, { opacity: 0, transform: 'scale(1.16)' }], {
    duration: 500,
    easing: 'ease-out',
  });
}

/** A volunteer's part, as the coordinator counts it. */
export function showStanding(standing: Standing): void {
  const { rows, runRows, rank, workers, rowsPerSecond, loss, recentLoss, step, totalSteps } = standing;
  showElement('share', runRows > 0);
  const share = `${percent(rows / Math.max(1, runRows), 1)} of the run`;
  show('share', `${share}, ${ordinal(rank)} of ${workers}`);
  show('rank', `${ordinal(rank)} of ${workers}`);
  show('rate', compact(rowsPerSecond));
  show('loss', lossText(loss));
  byId('loss-line').setAttribute('points', recentLoss.length > 1 ? sparkPoints(recentLoss, [240, 48]) : '');
  showSteps(step, totalSteps);
}

/**
 * Whether one process alone would have made the same weights, as the coordinator says after the last step: nothing is promised before.
 * @param disagreedAt the first step in which two computations gave different bits; null where none did
 */
export function showSameBits(disagreedAt: number | null): void {
  show('same-bits', describeSameBits(disagreedAt));
  byId('same-bits').classList.toggle('doubt', disagreedAt !== null);
}

export const describeSameBits = (disagreedAt: number | null): string =>
  disagreedAt === null
    ? 'One process alone would have made the same, bit for bit.'
    : `Two computations of one part of step ${disagreedAt.toLocaleString('en-US')} gave different bits: whether one process alone would have made these weights is not certain.`;

export function showResult({ step, weightsSha256 }: Result): void {
  showSteps(step, step);
  showElement('result', true);
  // Places where a narrow screen may break the line; copied, the digits are one word.
  const groups = weightsSha256.match(/.{1,8}/g) ?? [];
  byId('sha256').replaceChildren(...groups.flatMap((group) => [group, document.createElement('wbr')]));
}

function showSteps(step: number, totalSteps: number): void {
  const bar = byId<HTMLProgressElement>('progress');
  bar.max = Math.max(1, totalSteps);
  bar.value = step;
  show('step', `${step.toLocaleString('en-US')} of ${totalSteps.toLocaleString('en-US')}`);
}

/** "1st", "2nd", "3rd", "11th". */
export function ordinal(rank: number): string {
  const tens = rank % 100;
  if (tens > 10 && tens < 14) return `${rank}th`;
  return `${rank}${['th', 'st', 'nd', 'rd'][rank % 10] ?? 'th'}`;
}
