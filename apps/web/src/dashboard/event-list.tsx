import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { ago } from '../ui/format.ts';
import { events, serverNow } from './state.ts';
import { Switch } from './switch.tsx';

const FILTERS = ['all', 'workers', 'run'] as const;
type Filter = (typeof FILTERS)[number];

/** Events shown at most. */
const SHOWN = 100;

/** What happened, in words, newest first. */
export function EventList(): JSX.Element {
  const filter = useSignal<Filter>('all');
  const isWanted = (kind: string): boolean =>
    filter.value === 'all' || (filter.value === 'workers') === (kind === 'joined' || kind === 'left');
  const shown = events.value
    .filter(({ kind }) => isWanted(kind))
    .slice(-SHOWN)
    .reverse();
  return (
    <section class="panel events" aria-labelledby="events-title">
      <header>
        <h2 id="events-title">Events</h2>
        <Switch name="Which events" value={filter} choices={FILTERS} />
      </header>
      <div class="scroll" tabIndex={0} role="region" aria-label="Events, newest first">
        <ol>
          {shown.map(({ number, kind, at, text, step }) => (
            <li key={number} class={kind}>
              <span class="sign" aria-hidden="true" />
              <span class="text">{text}</span>
              <time
                dateTime={new Date(at).toISOString()}
                title={`${new Date(at).toLocaleString()}, step ${step}`}
              >
                {ago(serverNow.value - at)}
              </time>
            </li>
          ))}
        </ol>
        {shown.length === 0 && <p class="empty">Nothing yet.</p>}
      </div>
      <p class="hidden" role="status">
        {events.value.findLast(({ kind }) => kind !== 'checkpoint')?.text}
      </p>
    </section>
  );
}
