import { useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import { say } from './connect.ts';
import { holdersOf, holdOrderOf } from './holders.ts';
import { Copyable } from './invitation.tsx';
import { commands, isCutOff, live } from './state.ts';

/** Why a button does nothing now. */
export const CUT_OFF = 'The coordinator does not answer: no order reaches it now.';

/** The administrator's orders about the whole run. */
export function AdminControls(): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const { order, title } = holdOrderOf(holdersOf(live.value!));
  const cut = { disabled: isCutOff.value, ...(isCutOff.value ? { title: CUT_OFF } : {}) };
  const stop = (): void => {
    say({ type: 'stop' });
    dialog.current?.close();
  };
  return (
    <>
      <button type="button" title={title} {...cut} onClick={() => say({ type: order })}>
        {order === 'resume' ? 'Resume' : 'Pause'}
      </button>
      <button type="button" {...cut} onClick={() => say({ type: 'checkpoint' })}>
        Checkpoint
      </button>
      <button type="button" class="danger" {...cut} onClick={() => dialog.current?.showModal()}>
        Stop
      </button>
      <dialog ref={dialog} aria-labelledby="stop-title">
        <h2 id="stop-title">Stop the run?</h2>
        <p>
          It writes a checkpoint and ends. From there this goes on, on the coordinator's machine, to the same
          weights:
        </p>
        {commands.value !== undefined && <Copyable text={commands.value.resume} />}
        {isCutOff.value && <p role="alert">{CUT_OFF}</p>}
        <div class="choices">
          <button type="button" autofocus onClick={() => dialog.current?.close()}>
            Keep training
          </button>
          <button type="button" class="danger" {...cut} onClick={stop}>
            Stop the run
          </button>
        </div>
      </dialog>
    </>
  );
}
