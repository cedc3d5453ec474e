import { useSignal, type Signal } from '@preact/signals';
import type { JSX } from 'preact';
import { compact, milliseconds, percent } from '../ui/format.ts';
import { say } from './connect.ts';
import { CUT_OFF } from './admin-controls.tsx';
import { isCutOff, live, role } from './state.ts';
import { Swatch } from './swatch.tsx';
import { rowsOf, type Order, type SortKey, type WorkerRow } from './worker-rows.ts';

/** Rows shown before one asks for all. */
const SHOWN = 30;

/** Everyone who takes part. */
export function WorkerTable(): JSX.Element {
  const search = useSignal('');
  const order = useSignal<Order>({ key: 'rowsPerSecond', isDescending: true });
  const isAll = useSignal(false);
  const { workers, ending } = live.value!;
  const rows = rowsOf(workers, search.value, order.value);
  const shown = isAll.value ? rows : rows.slice(0, SHOWN);
  const mayOrder = role.value === 'admin' && ending === null;
  return (
    <section class="panel workers" aria-labelledby="workers-title">
      <header>
        <h2 id="workers-title">Workers</h2>
        {mayOrder && <CutOffButton rows={rows} />}
        <label class="search">
          <span class="hidden">Search workers</span>
          <input
            type="search"
            placeholder="Search"
            value={search.value}
            onInput={(event) => (search.value = event.currentTarget.value)}
          />
        </label>
      </header>
      <div class="scroll" tabIndex={0} role="region" aria-label="List of workers">
        <table>
          <thead>
            <tr>
              <Heading order={order} name="Worker" sort="name" />
              <th scope="col">State</th>
              <Heading order={order} name="Share" sort="share" />
              <Heading order={order} name="Rows/s" sort="rowsPerSecond" isNumber />
              <Heading order={order} name="Latency" sort="latencyMs" isNumber />
              <th scope="col">Last verdict</th>
              <Heading order={order} name="Strikes" sort="strikes" isNumber />
              {mayOrder && (
                <th scope="col">
                  <span class="hidden">Orders</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <Row key={row.worker.id} row={row} mayOrder={mayOrder} />
            ))}
          </tbody>
        </table>
        {rows.length === 0 && (
          <p class="empty">{workers.length === 0 ? 'Nobody has joined yet.' : 'Nobody matches.'}</p>
        )}
      </div>
      {rows.length > SHOWN && (
        <button type="button" class="more" onClick={() => (isAll.value = !isAll.value)}>
          {isAll.value ? `Show the first ${SHOWN}` : `Show all ${rows.length}`}
        </button>
      )}
    </section>
  );
}

interface HeadingProps {
  readonly order: Signal<Order>;
  readonly name: string;
  readonly sort: SortKey;
  readonly isNumber?: boolean;
}

function Heading({ order, name, sort, isNumber }: HeadingProps): JSX.Element {
  const { key, isDescending } = order.value;
  const isChosen = key === sort;
  const toggle = (): void => {
    order.value = { key: sort, isDescending: isChosen ? !isDescending : sort !== 'name' };
  };
  const state = isChosen ? (isDescending ? 'descending' : 'ascending') : 'none';
  return (
    <th scope="col" aria-sort={state} class={isNumber === true ? 'numeric' : ''}>
      <button type="button" onClick={toggle}>
        {name}
        <span class="arrow" aria-hidden="true">
          {isChosen ? (isDescending ? '↓' : '↑') : ''}
        </span>
      </button>
    </th>
  );
}

function Row({ row, mayOrder }: { readonly row: WorkerRow; readonly mayOrder: boolean }): JSX.Element {
  const { worker, share } = row;
  const { id, name, kind, engine, threads, state } = worker;
  const hands = threads > 1 ? `, ${threads} threads` : '';
  return (
    <tr class={state === 'left' ? 'gone' : ''}>
      <th scope="row">
        <span class="who">
          <Swatch slot={worker.slot} />
          <KindIcon kind={kind} />
          <span class="name">{name}</span>
        </span>
        <span class="engine">
          {engine}
          {hands}
        </span>
      </th>
      <td data-name="State">
        <span class={`state ${state}`}>{live.value!.ending === null ? state : 'took part'}</span>
      </td>
      <td class="share" data-name="Share">
        <span class="bar-back" aria-hidden="true">
          <span class="bar-front" style={{ width: `${100 * share}%` }} />
        </span>
        <span class="number">{percent(share)}</span>
      </td>
      <td class="numeric" data-name="Rows/s">
        {compact(worker.rowsPerSecond)}
      </td>
      <td class="numeric" data-name="Latency">
        {worker.latencyMs > 0 ? milliseconds(worker.latencyMs) : '–'}
      </td>
      <td class={worker.lastVerdict.startsWith('invalid') ? 'bad-text' : ''} data-name="Last verdict">
        {worker.lastVerdict || '–'}
      </td>
      <td class="numeric" data-name="Strikes">
        {worker.strikes}
      </td>
      {mayOrder && (
        <td class="orders">
          {state !== 'left' && (
            <button
              type="button"
              aria-label={`Remove ${name}`}
              disabled={isCutOff.value}
              title={isCutOff.value ? CUT_OFF : ''}
              onClick={() => say({ type: 'remove', worker: id })}
            >
              Remove
            </button>
          )}
        </td>
      )}
    </tr>
  );
}

/** A window for a browser tab, a prompt for a process. */
function KindIcon({ kind }: { readonly kind: string }): JSX.Element {
  const isTab = kind === 'tab';
  return (
    <svg
      class="kind"
      viewBox="0 0 16 16"
      width="16"
      height="16"
      role="img"
      aria-label={isTab ? 'browser tab' : 'process'}
    >
      <rect x="1.5" y="2.5" width="13" height="11" rx="2" />
      {isTab ? <path d="M1.500 6h13M4 4.250h.01M6 4.250h.01" /> : <path d="M4 6l2.500 2L4 10M8 10.500h4" />}
    </svg>
  );
}

/** For demonstrations: the one with the most work is cut off as by a crash, and everyone sees what happens. */
function CutOffButton({ rows }: { readonly rows: readonly WorkerRow[] }): JSX.Element {
  const busiest = rows
    .filter(({ worker }) => worker.state === 'computing')
    .reduce<WorkerRow | undefined>(
      (best, row) =>
        best === undefined || row.worker.rowsPerSecond > best.worker.rowsPerSecond ? row : best,
      undefined,
    );
  return (
    <button
      type="button"
      class="danger"
      disabled={busiest === undefined || isCutOff.value}
      title={
        isCutOff.value
          ? CUT_OFF
          : 'Cuts the busiest worker off in the middle of its work, as a crash would. Nothing is lost.'
      }
      onClick={() => say({ type: 'kill', worker: busiest!.worker.id })}
    >
      Kill a worker
    </button>
  );
}
