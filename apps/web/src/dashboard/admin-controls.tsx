import { useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import { say } from './connect.ts';
import { live } from './state.ts';

/** The administrator's orders about the whole run. */
export function AdminControls(): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const isPaused = live.value!.phase === 'paused';
  const stop = (): void => {
    say({ type: 'stop' });
    dialog.current?.close();
  };
  return (
    <>
      <button type="button" onClick={() => say({ type: isPaused ? 'resume' : 'pause' })}>
        {isPaused ? 'Resume' : 'Pause'}
      </button>
      <button type="button" onClick={() => say({ type: 'checkpoint' })}>
        Checkpoint
      </button>
      <button type="button" class="danger" onClick={() => dialog.current?.showModal()}>
        Stop
      </button>
      <dialog ref={dialog} aria-labelledby="stop-title">
        <h2 id="stop-title">Stop the run?</h2>
        <p>
          It writes a checkpoint and ends. <code>npx lockstep train --resume auto</code> goes on from there,
          to the same weights.
        </p>
        <div class="choices">
          <button type="button" onClick={() => dialog.current?.close()}>
            Keep training
          </button>
          <button type="button" class="danger" onClick={stop}>
            Stop the run
          </button>
        </div>
      </dialog>
    </>
  );
}
