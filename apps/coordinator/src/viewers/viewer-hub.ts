import type { RunCommands, RunView, ViewMessage } from '@lockstep/metrics';
import {
  CLOSE_CODES,
  decodeViewerMessage,
  ProtocolError,
  type CloseCode,
  type RunVerb,
  type ViewerMessage,
  type ViewerRole,
  type WorkerVerb,
} from '@lockstep/protocol';
import type { ViewData } from './view-data.ts';

/** A viewer's connection, whatever it is made of. */
export interface ViewerSocket {
  send(message: string | Uint8Array): void;
  /** Bytes that were sent and have not left. */
  readonly bufferedBytes: number;
  close(close: Pick<CloseCode, 'code' | 'reason'>): void;
  /** It showed a wrong token. */
  onGuess(): void;
}

/** What an administrator's orders do. */
export interface Orders {
  run(verb: RunVerb): void;
  worker(verb: WorkerVerb, worker: string): void;
}

export interface ViewerHubSetup {
  readonly view: RunView;
  /** Whether who shows this token, or none, may be that. */
  admits(role: ViewerRole, token: string | undefined): boolean;
  readonly orders: Orders;
  readonly data: ViewData;
  /** The links by which others can take part, for viewers to pass on. */
  joinLinks(role: ViewerRole): readonly string[];
  /** For the administrator's eyes; the same object for as long as they do not change. */
  commands?(): RunCommands;
  /** Milliseconds since the Unix epoch. */
  now(): number;
}

/** Bytes that may wait for a slow viewer before it is left out. */
const MAX_BUFFERED_BYTES = 512 * 1024;
/** How long it may be left out. */
const PATIENCE_MS = 30_000;
/** How long a viewer may take to say hello. */
const HELLO_DEADLINE_MS = 5000;
/** Least time between two binary messages to one viewer: they are large. */
const DATA_EVERY_MS = 400;
/** Volunteers are told of their part every so many ticks. */
const STANDING_TICKS = 4;

interface Viewer {
  readonly socket: ViewerSocket;
  readonly connectedAt: number;
  role: ViewerRole | undefined;
  /** A volunteer's number. */
  worker: string | undefined;
  /** Whether it was sent everything up to the last tick, so that an update brings it up to date. */
  isCurrent: boolean;
  fullSince: number | undefined;
  dataAt: number;
}

/** How far those who are current have been told. */
interface Cursor {
  readonly history: number;
  readonly version: number;
  readonly epochs: number;
  readonly events: number;
  readonly commands: RunCommands | undefined;
}

/** Shows the run to whoever watches: the same few texts a second for all, none for those who are too slow. */
export class ViewerHub {
  readonly #setup: ViewerHubSetup;
  readonly #viewers = new Map<ViewerSocket, Viewer>();
  #cursor: Cursor = { history: 0, version: 0, epochs: 0, events: 0, commands: undefined };
  #ticks = 0;

  constructor(setup: ViewerHubSetup) {
    this.#setup = setup;
  }

  connect(socket: ViewerSocket): void {
    const connectedAt = this.#setup.now();
    this.#viewers.set(socket, {
      ...{ socket, connectedAt, role: undefined, worker: undefined },
      ...{ isCurrent: false, fullSince: undefined, dataAt: 0 },
    });
  }

  disconnect(socket: ViewerSocket): void {
    this.#viewers.delete(socket);
  }

  /** Takes a message as it came. */
  receive(socket: ViewerSocket, text: string): void {
    const viewer = this.#viewers.get(socket);
    if (viewer === undefined) return;
    try {
      this.#handle(viewer, decodeViewerMessage(text));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#close(viewer, CLOSE_CODES.badMessage);
    }
  }

  /** A few times a second: brings everybody up to date. */
  tick(): void {
    this.#ticks++;
    const now = this.#setup.now();
    const viewers = [...this.#viewers.values()];
    for (const viewer of viewers) this.#judgePace(viewer, now);
    const watching = viewers.filter(({ role, fullSince }) => role !== undefined && fullSince === undefined);
    if (this.#ticks % STANDING_TICKS === 0) this.#tellStandings(watching, now);
    this.#tellRun(
      watching.filter(({ role }) => role !== 'volunteer'),
      now,
    );
  }

  /** The run is over: everybody is told the rest and sent away. */
  close(): void {
    this.tick();
    this.#tellStandings([...this.#viewers.values()], this.#setup.now());
    for (const viewer of [...this.#viewers.values()]) this.#close(viewer, CLOSE_CODES.done);
  }

  #handle(viewer: Viewer, message: ViewerMessage): void {
    if ((viewer.role === undefined) !== (message.type === 'hello')) {
      throw new ProtocolError('unexpected-message', 'hello is the first message, and said once');
    }
    switch (message.type) {
      case 'hello':
        return this.#onHello(viewer, message);
      case 'weights':
      case 'samples':
        return this.#onAsked(viewer, message.type);
      case 'remove':
      case 'kill':
        if (this.#mayOrder(viewer)) this.#setup.orders.worker(message.type, message.worker);
        return;
      default:
        if (this.#mayOrder(viewer)) this.#setup.orders.run(message.type);
    }
  }

  #onHello(viewer: Viewer, hello: Extract<ViewerMessage, { type: 'hello' }>): void {
    if (!this.#setup.admits(hello.role, hello.token)) {
      const detail = 'the token is missing or wrong: open the whole link that the coordinator printed';
      if (hello.token !== undefined) viewer.socket.onGuess();
      this.#tell(viewer, { type: 'refused', detail });
      return this.#close(viewer, CLOSE_CODES.token);
    }
    viewer.role = hello.role;
    viewer.worker = hello.worker;
    if (hello.role === 'volunteer') this.#tellStandings([viewer], this.#setup.now());
    else viewer.socket.send(this.#snapshot(hello.role, this.#setup.now()));
  }

  /** Orders of anybody but an administrator end its connection. */
  #mayOrder(viewer: Viewer): boolean {
    if (viewer.role === 'admin') return true;
    this.#tell(viewer, { type: 'refused', detail: 'only the administrator may do that' });
    this.#close(viewer, CLOSE_CODES.refused);
    return false;
  }

  #onAsked(viewer: Viewer, what: 'weights' | 'samples'): void {
    const now = this.#setup.now();
    if (viewer.role === 'volunteer' || now - viewer.dataAt < DATA_EVERY_MS) return;
    if (viewer.socket.bufferedBytes > MAX_BUFFERED_BYTES) return;
    viewer.dataAt = now;
    viewer.socket.send(this.#setup.data[what]());
  }

  #judgePace(viewer: Viewer, now: number): void {
    if (viewer.role === undefined && now - viewer.connectedAt > HELLO_DEADLINE_MS) {
      return this.#close(viewer, CLOSE_CODES.helloDeadline);
    }
    if (viewer.socket.bufferedBytes <= MAX_BUFFERED_BYTES) {
      viewer.fullSince = undefined;
      return;
    }
    viewer.isCurrent = false;
    viewer.fullSince ??= now;
    if (now - viewer.fullSince > PATIENCE_MS) this.#close(viewer, CLOSE_CODES.slowReader);
  }

  #tellStandings(viewers: readonly Viewer[], now: number): void {
    for (const viewer of viewers) {
      const standing =
        viewer.worker === undefined ? undefined : this.#setup.view.standingOf(viewer.worker, now);
      if (standing !== undefined) this.#tell(viewer, { type: 'standing', ...standing });
    }
  }

  #tellRun(viewers: readonly Viewer[], now: number): void {
    const { view, commands } = this.#setup;
    const before = this.#cursor;
    this.#cursor = {
      history: view.history.length,
      version: view.history.version,
      epochs: view.epochs.length,
      events: view.events.count,
      commands: commands?.(),
    };
    if (viewers.length === 0) return;
    const isSameHistory = before.version === this.#cursor.version && before.epochs <= view.epochs.length;
    const canUpdate = isSameHistory && before.commands === this.#cursor.commands;
    let update: string | undefined;
    for (const viewer of viewers) {
      if (viewer.isCurrent && canUpdate) viewer.socket.send((update ??= this.#update(before, now)));
      else viewer.socket.send(this.#snapshot(viewer.role!, now));
      viewer.isCurrent = true;
    }
  }

  #update(since: Cursor, now: number): string {
    const { view } = this.#setup;
    const message: ViewMessage = {
      type: 'update',
      now,
      history: view.history.columns(since.history),
      epochs: view.epochs.slice(since.epochs),
      events: view.events.after(since.events),
      live: view.live(now),
    };
    return JSON.stringify(message);
  }

  #snapshot(role: ViewerRole, now: number): string {
    const { view, joinLinks, commands } = this.#setup;
    if (view.facts === undefined) throw new Error('a run is shown before it was started');
    const message: ViewMessage = {
      type: 'snapshot',
      role: role === 'admin' ? 'admin' : 'viewer',
      now,
      facts: view.facts,
      history: view.history.columns(),
      epochs: view.epochs,
      events: view.events.after(0),
      live: view.live(now),
      joinLinks: joinLinks(role),
      ...(role === 'admin' && commands !== undefined ? { commands: commands() } : {}),
    };
    return JSON.stringify(message);
  }

  #tell(viewer: Viewer, message: ViewMessage): void {
    viewer.socket.send(JSON.stringify(message));
  }

  #close(viewer: Viewer, close: CloseCode): void {
    this.#viewers.delete(viewer.socket);
    viewer.socket.close(close);
  }
}
