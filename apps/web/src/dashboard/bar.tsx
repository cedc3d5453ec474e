import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import type { Phase } from '@lockstep/metrics';
import { COPY_WORDS, copyText, type CopyResult } from '../ui/copy-text.ts';
import { duration } from '../ui/format.ts';
import { chooseTheme, theme, type Theme } from '../ui/theme.ts';
import { AdminControls } from './admin-controls.tsx';
import { JoinDialog } from './join-dialog.tsx';
import { connection, facts, live, role, serverNow, type Connection } from './state.ts';

const PHASES: Readonly<Record<Phase, readonly [text: string, tone: string]>> = {
  waiting: ['waiting for workers', 'wait'],
  training: ['training', 'go'],
  paused: ['paused', 'wait'],
  finished: ['finished', 'done'],
  diverged: ['diverged', 'bad'],
  stopped: ['stopped', 'wait'],
};

/** What takes the place of the run's state where nobody knows it. */
const CUT_OFF_PILLS: Readonly<Partial<Record<Connection['type'], readonly [text: string, tone: string]>>> = {
  connecting: ['connecting', 'wait'],
  lost: ['connection lost', 'bad'],
  refused: ['not let in', 'bad'],
};

/** The run's name and state, how far it is, and what can be done. */
export function Bar(): JSX.Element {
  const { run, config, stepsPerEpoch, startedAt } = facts.value!;
  const { step, rowsPerSecond, ending, phase } = live.value!;
  const epochs = Math.ceil(config.totalSteps / stepsPerEpoch);
  const epoch = Math.min(epochs, Math.floor(step / stepsPerEpoch) + 1);
  const elapsed = (ending?.at ?? serverNow.value) - startedAt;
  const rowsLeft = (config.totalSteps - step) * config.batchSize;
  const left = phase === 'training' && rowsPerSecond > 0 ? (1000 * rowsLeft) / rowsPerSecond : NaN;
  return (
    <header class="bar">
      <h1>
        <Mark />
        <span class="run" title={run}>
          {run}
        </span>
      </h1>
      <Pill />
      <dl class="facts">
        <Fact name="Epoch" value={`${epoch} of ${epochs}`} />
        <Fact
          name="Step"
          value={`${step.toLocaleString('en-US')} of ${config.totalSteps.toLocaleString('en-US')}`}
        />
        <Fact name="Elapsed" value={duration(elapsed)} />
        {ending === null ? (
          <Fact name="Left" value={Number.isFinite(left) ? duration(left) : '–'} />
        ) : (
          ending.weightsSha256 !== '' && <DigestFact digest={ending.weightsSha256} />
        )}
      </dl>
      <div class="actions">
        {role.value === 'admin' && ending === null && <AdminControls />}
        {ending === null && <JoinDialog />}
        <ThemeChoice />
      </div>
      <progress class="course" max={config.totalSteps} value={step} aria-label="Steps done" />
    </header>
  );
}

function Mark(): JSX.Element {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
      <rect width="32" height="32" rx="8" class="mark-back" />
      <path d="M16 7v4M9 21v-5h14v5M16 11v5" class="mark-tree" />
      <rect x="5.5" y="20" width="7" height="6" rx="1.6" class="mark-leaf" />
      <rect x="19.5" y="20" width="7" height="6" rx="1.6" class="mark-leaf second" />
    </svg>
  );
}

function Pill(): JSX.Element {
  const state = connection.value;
  const [text, tone] = CUT_OFF_PILLS[state.type] ?? PHASES[live.value!.phase];
  return (
    <span class={`pill ${tone}`} role="status">
      <span class="dot" aria-hidden="true" />
      {text}
    </span>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** The weights' sha256, copied on a click. */
function DigestFact({ digest }: { readonly digest: string }): JSX.Element {
  const result = useSignal<CopyResult | undefined>(undefined);
  const shown = useRef<HTMLElement>(null);
  const copy = (): void => {
    void copyText(digest, shown.current!).then((done) => (result.value = done));
  };
  return (
    <div class="sum">
      <dt>sha256</dt>
      <dd>
        <button type="button" class="digest" title={`Copy ${digest}`} onClick={copy}>
          <code ref={shown}>{result.value === 'selected' ? digest : digest.slice(0, 12)}</code>{' '}
          {result.value === undefined ? 'copy' : COPY_WORDS[result.value].toLowerCase()}
        </button>
      </dd>
    </div>
  );
}

function ThemeChoice(): JSX.Element {
  return (
    <label class="theme">
      <span class="hidden">Theme</span>
      <select value={theme.value} onChange={(event) => chooseTheme(event.currentTarget.value as Theme)}>
        <option value="auto">Auto</option>
        <option value="light">Light</option>
        <option value="dark">Dark</option>
      </select>
    </label>
  );
}
