import { computed, signal } from '@preact/signals';
import type {
  RunCommands,
  EpochPoint,
  EventPicture,
  LivePicture,
  RunFacts,
  ViewMessage,
} from '@lockstep/metrics';

/** How the page stands with the coordinator. */
export type Connection =
  | { readonly type: 'connecting' }
  | { readonly type: 'connected' }
  /**
   * Tried again at that time, in milliseconds of `Date.now()`; `failures`: tries in vain since it was connected; `cause`: why no
   * connection was made, once it is known.
   */
  | { readonly type: 'lost'; readonly retryAt: number; readonly failures: number; readonly cause?: string }
  /** Not let in, or not any more: trying again by itself would not help. */
  | { readonly type: 'refused'; readonly detail: string }
  /** The run is over, and the coordinator has ended with it. */
  | { readonly type: 'over' };

/** The charts' points; the arrays grow in place, `version` says when. */
export interface HistoryPoints {
  readonly steps: number[];
  readonly at: number[];
  readonly loss: number[];
  readonly rowsPerSecond: number[];
}

const EVENTS_SHOWN = 300;

export const connection = signal<Connection>({ type: 'connecting' });
export const role = signal<'viewer' | 'admin'>('viewer');
export const facts = signal<RunFacts | undefined>(undefined);
export const live = signal<LivePicture | undefined>(undefined);
export const epochs = signal<readonly EpochPoint[]>([]);
export const events = signal<readonly EventPicture[]>([]);
export const commands = signal<RunCommands | undefined>(undefined);
/** Whether what is shown is the last that was said, and nothing that is pressed would reach the coordinator. */
export const isCutOff = computed(() => connection.value.type !== 'connected');
export const joinLinks = signal<readonly string[]>([]);
export const historyVersion = signal(0);
/** The coordinator's clock, as of its last message. */
export const serverNow = signal(0);
export const history: HistoryPoints = { steps: [], at: [], loss: [], rowsPerSecond: [] };

/** Takes what the coordinator says. */
export function receive(message: ViewMessage): void {
  switch (message.type) {
    case 'snapshot':
      role.value = message.role;
      facts.value = message.facts;
      joinLinks.value = message.joinLinks;
      commands.value = message.commands;
      for (const key of ['steps', 'at', 'loss', 'rowsPerSecond'] as const) {
        history[key].splice(0, history[key].length, ...message.history[key]);
      }
      epochs.value = message.epochs;
      events.value = message.events;
      break;
    case 'update':
      for (const key of ['steps', 'at', 'loss', 'rowsPerSecond'] as const) {
        history[key].push(...message.history[key]);
      }
      if (message.epochs.length > 0) epochs.value = [...epochs.value, ...message.epochs];
      if (message.events.length > 0) {
        events.value = [...events.value, ...message.events].slice(-EVENTS_SHOWN);
      }
      break;
    case 'refused':
      connection.value = { type: 'refused', detail: message.detail };
      return;
    case 'standing':
      return;
  }
  serverNow.value = message.now;
  live.value = message.live;
  historyVersion.value++;
}

/** Whether the run has come to its end. */
export const isOver = (): boolean => (live.value?.ending ?? null) !== null;
