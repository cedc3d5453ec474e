import { useEffect } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { takeSecrets } from '../ui/secrets.ts';
import { connect } from './connect.ts';
import { commands, connection, role } from './state.ts';

/** Tries in vain after which the page says what to do about it. */
const SEVERAL = 3;

/** Says over everything else that what is shown is not what is, why, and what to do. */
export function ConnectionBanner(): JSX.Element | null {
  const state = connection.value;
  if (state.type === 'refused') {
    return (
      <section class="panel banner bad cut-off" role="alert">
        <h2>This page is not let in any more</h2>
        <p>
          The coordinator says: {state.detail}. What you see is the last it said, and no order reaches it. If
          it was started with other tokens, open the link that it printed then.
        </p>
        <p>
          <TryAgain />
        </p>
      </section>
    );
  }
  if (state.type !== 'lost') return null;
  return (
    <section class="panel banner bad cut-off" role="alert">
      <p>
        <strong>{state.cause ?? 'The coordinator does not answer.'}</strong> What you see is the last it said
        {role.value === 'admin' ? ', and no order reaches it' : ''}. This page comes back by itself: next try
        in <Countdown until={state.retryAt} />.
      </p>
      {state.failures >= SEVERAL && commands.value !== undefined && (
        <p>
          If it has ended, start it again with the settings it had and{' '}
          <code class="short">--resume auto</code>: it goes on from its newest checkpoint, at the address it
          had. To see it without going on: <code>{commands.value.dashboard}</code>
        </p>
      )}
    </section>
  );
}

/** With the secrets that this page has. */
export const TryAgain = (): JSX.Element => (
  <button type="button" onClick={() => connect(takeSecrets('lockstep-dashboard'))}>
    Try again
  </button>
);

/** Seconds until then, counted down. */
export function Countdown({ until }: { readonly until: number }): JSX.Element {
  const now = useSignal(Date.now());
  useEffect(() => {
    const timer = setInterval(() => (now.value = Date.now()), 500);
    return () => clearInterval(timer);
  }, [now]);
  return <span class="number">{Math.max(0, Math.ceil((until - now.value) / 1000))} s</span>;
}
