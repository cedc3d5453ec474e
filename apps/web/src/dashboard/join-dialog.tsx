import { useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import { Invitation } from './invitation.tsx';

/** The link and the QR for joining, behind a button. */
export function JoinDialog(): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <>
      <button type="button" class="primary" onClick={() => dialog.current?.showModal()}>
        Join
      </button>
      <dialog ref={dialog} class="join" aria-labelledby="join-title">
        <h2 id="join-title">Take part in this run</h2>
        <Invitation />
        <div class="choices">
          <button type="button" onClick={() => dialog.current?.close()}>
            Close
          </button>
        </div>
      </dialog>
    </>
  );
}
