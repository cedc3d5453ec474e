import { Fragment, type JSX } from 'preact';
import { duration, percent } from '../ui/format.ts';
import { Countdown, TryAgain } from './connection-banner.tsx';
import { adviceOf } from './ending-advice.ts';
import { holdersOf } from './holders.ts';
import { Copyable, Invitation } from './invitation.tsx';
import { commands, connection, facts, history, live, epochs } from './state.ts';

/** Before anything is known. */
export function Nothing(): JSX.Element {
  const state = connection.value;
  return (
    <main class="nothing">
      <h1>Lockstep</h1>
      {state.type === 'refused' && (
        <>
          <p role="alert">Not let in: {state.detail}.</p>
          <p>
            <TryAgain />
          </p>
        </>
      )}
      {state.type === 'lost' && (
        <p role="status">
          {state.cause ?? 'No coordinator answers.'} Next try in <Countdown until={state.retryAt} />.
        </p>
      )}
      {state.type === 'connecting' && <p role="status">Connecting to the coordinator…</p>}
      {state.type === 'over' && <p role="status">The run is over, and its coordinator has ended.</p>}
    </main>
  );
}

/** What the page says while workers are waited for. */
export function LobbyPanel(): JSX.Element | null {
  const { phase, workers, needed, step } = live.value!;
  const present = workers.filter((worker) => worker.state !== 'left').length;
  if (phase !== 'waiting') return null;
  return (
    <section class="panel lobby">
      <h2>
        {step === 0 ? 'Waiting for workers' : 'Waiting: nobody is computing'}
        <span class="count number">
          {present} of {Math.max(1, needed)}
        </span>
      </h2>
      <Invitation />
    </section>
  );
}

/** Says so when two computations of one span gave different bits, until the run goes on from before. */
export function DoubtBanner(): JSX.Element | null {
  const step = live.value!.disagreedAt ?? null;
  if (step === null) return null;
  return (
    <section class="panel banner bad" role="alert">
      <h2>Bits disagreed in step {step.toLocaleString('en-US')}</h2>
      <p>
        Two workers computed one part of it with different results: the weights may be wrong from there on. Go
        on from a checkpoint of that step or before (<code class="short">--resume FILE</code>), without the
        worker that computes wrongly.
      </p>
    </section>
  );
}

/** Says who lets a run go on that no button here does. */
export function TerminalBanner(): JSX.Element | null {
  const holders = holdersOf(live.value!);
  if (live.value!.ending !== null || !holders.includes('terminal')) return null;
  return (
    <section class="panel banner" role="status">
      <h2>Stopped in its terminal</h2>
      <p>
        <code>fg</code> there lets it go on
        {holders.includes('administrator') ? ', once the administrator has resumed it too.' : '.'}
      </p>
    </section>
  );
}

/** How the run ended, and what can be done with it. */
export function EndingBanner(): JSX.Element | null {
  const { ending, phase } = live.value!;
  if (ending === null) return null;
  const { startedAt } = facts.value!;
  const advice = adviceOf(phase, ending, commands.value).map(({ text, command }) => (
    <Fragment key={text}>
      <p>{text}</p>
      {command !== undefined && <Copyable text={command} />}
    </Fragment>
  ));
  const took = ending.seconds === undefined ? ending.at - startedAt : 1000 * ending.seconds;
  if (phase === 'diverged') {
    return (
      <section class="panel banner bad">
        <h2>Diverged at step {ending.step.toLocaleString('en-US')}</h2>
        <p>
          The loss or the weights are no longer finite. Start again with a smaller learning rate (
          <code class="short">--lr</code>).
        </p>
        {advice}
      </section>
    );
  }
  if (phase === 'stopped') {
    return (
      <section class="panel banner">
        <h2>Stopped at step {ending.step.toLocaleString('en-US')}</h2>
        {advice}
      </section>
    );
  }
  const isDoubtful = (live.value!.disagreedAt ?? null) !== null;
  const isGood = !isDoubtful && ending.unsaved === undefined;
  return (
    <section class={`panel banner ${isGood ? 'good' : ''}`}>
      <h2>
        {ending.testAccuracy === undefined
          ? 'Finished'
          : `Finished: ${percent(ending.testAccuracy, 2)} of the test rows are right`}
      </h2>
      <p>
        {ending.step.toLocaleString('en-US')} steps in {duration(took)}.{' '}
        {isDoubtful
          ? 'Whether one process alone would have made these weights is not certain:'
          : 'Everyone made these weights together, and one process alone would have made the same:'}
      </p>
      <Copyable text={ending.weightsSha256} />
      <p class="choices">
        <button type="button" onClick={saveHistory}>
          Save the history
        </button>
      </p>
      {advice}
    </section>
  );
}

function saveHistory(): void {
  const { run, config } = facts.value!;
  const text = JSON.stringify(
    { run, config, history, epochs: epochs.value, ending: live.value!.ending },
    null,
    2,
  );
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${run}-history.json`;
  link.click();
  URL.revokeObjectURL(url);
}
