import { madeUpConfig } from '@lockstep/config/testing';
import { RunView, type RunCommands, type RunFact, type ViewMessage } from '@lockstep/metrics';
import { describe, expect, it } from 'vitest';
import { ViewerHub, type ViewerSocket } from './viewer-hub.ts';

const config = madeUpConfig();

class FakeSocket implements ViewerSocket {
  readonly messages: ViewMessage[] = [];
  readonly binary: Uint8Array[] = [];
  bufferedBytes = 0;
  closed: number | undefined;
  guesses = 0;

  send(message: string | Uint8Array): void {
    if (typeof message === 'string') this.messages.push(JSON.parse(message) as ViewMessage);
    else this.binary.push(message);
  }

  close({ code }: { readonly code: number }): void {
    this.closed = code;
  }

  onGuess(): void {
    this.guesses++;
  }

  get types(): readonly string[] {
    return this.messages.map(({ type }) => type);
  }
}

function setUp() {
  const view = new RunView();
  let now = 1000;
  const orders: string[] = [];
  let commands: RunCommands = { resume: 'resume' };
  const hub = new ViewerHub({
    view,
    admits: (role, token) => role !== 'admin' || token === 'secret',
    orders: {
      run: (verb) => void orders.push(verb),
      worker: (verb, worker) => void orders.push(`${verb} ${worker}`),
    },
    data: { weights: () => Uint8Array.of(1), samples: () => Uint8Array.of(2) },
    joinLinks: () => [],
    commands: () => commands,
    now: () => now,
  });
  const tell = (fact: RunFact): void => view.apply({ at: now, ...fact });
  tell({ type: 'started', term: 1, step: 0, run: 'r', config, stepsPerEpoch: 10 });
  const join = (hello: object): FakeSocket => {
    const socket = new FakeSocket();
    hub.connect(socket);
    hub.receive(socket, JSON.stringify({ type: 'hello', ...hello }));
    return socket;
  };
  const wait = (ms: number): void => void (now += ms);
  const offer = (next: RunCommands): void => void (commands = next);
  return { hub, tell, join, wait, orders, offer };
}

describe('ViewerHub', () => {
  it('sends everything first, then what came since', () => {
    const { hub, tell, join } = setUp();
    const socket = join({ role: 'viewer' });
    hub.tick();
    tell({ type: 'step', step: 1, rows: 64, loss: 0.5 });
    hub.tick();
    hub.tick();
    expect(socket.types).toEqual(['snapshot', 'snapshot', 'update', 'update']);
    expect(socket.messages.at(-2)).toMatchObject({ history: { steps: [1], loss: [0.5] } });
    expect(socket.messages.at(-1)).toMatchObject({ history: { steps: [] }, events: [] });
  });

  it('leaves a viewer out that does not keep up, and sends it everything once it does', () => {
    const { hub, tell, join, wait } = setUp();
    const socket = join({ role: 'viewer' });
    hub.tick();
    socket.bufferedBytes = 10_000_000;
    for (let step = 1; step <= 20; step++) {
      tell({ type: 'step', step, rows: 64, loss: 0.5 });
      hub.tick();
    }
    expect(socket.messages).toHaveLength(2);
    socket.bufferedBytes = 0;
    wait(250);
    hub.tick();
    expect(socket.messages.at(-1)).toMatchObject({ type: 'snapshot', history: { steps: { length: 20 } } });
    socket.bufferedBytes = 10_000_000;
    hub.tick();
    wait(31_000);
    hub.tick();
    expect(socket.closed).toBe(4413);
  });

  it('tells the administrator, and nobody else, what to type, again when that changes', () => {
    const { hub, join, offer } = setUp();
    const [admin, viewer] = [join({ role: 'admin', token: 'secret' }), join({ role: 'viewer' })];
    hub.tick();
    hub.tick();
    offer({ resume: 'another' });
    hub.tick();
    hub.tick();
    expect(admin.types).toEqual(['snapshot', 'snapshot', 'update', 'snapshot', 'update']);
    expect(admin.messages[0]).toMatchObject({ commands: { resume: 'resume' } });
    expect(admin.messages[3]).toMatchObject({ commands: { resume: 'another' } });
    for (const message of viewer.messages) expect(message).not.toHaveProperty('commands');
  });

  it('takes orders from an administrator only, and sends away a viewer that gives some', () => {
    const { join, hub, orders } = setUp();
    const admin = join({ role: 'admin', token: 'secret' });
    hub.receive(admin, '{"type":"pause"}');
    hub.receive(admin, '{"type":"kill","worker":"3"}');
    for (const role of ['viewer', 'volunteer']) {
      const other = join({ role });
      hub.receive(other, '{"type":"stop"}');
      expect(other.closed).toBe(4403);
    }
    expect(orders).toEqual(['pause', 'kill 3']);
    expect(join({ role: 'admin', token: 'guess' })).toMatchObject({ closed: 4401, guesses: 1 });
    expect(join({ role: 'admin' })).toMatchObject({ closed: 4401, guesses: 0 });
  });

  it('ends connections that say nothing, nonsense, or hello twice', () => {
    const { hub, join, wait } = setUp();
    const silent = new FakeSocket();
    hub.connect(silent);
    const odd = join({ role: 'viewer' });
    hub.receive(odd, '{"type":"hello","role":"viewer"}');
    expect(odd.closed).toBe(4400);
    wait(6000);
    hub.tick();
    expect(silent.closed).toBe(4408);
  });

  it('sends the large things rarely, and not to volunteers', () => {
    const { hub, join, wait } = setUp();
    const viewer = join({ role: 'viewer' });
    for (let count = 0; count < 5; count++) hub.receive(viewer, '{"type":"weights"}');
    expect(viewer.binary).toHaveLength(1);
    wait(500);
    hub.receive(viewer, '{"type":"samples"}');
    expect(viewer.binary).toHaveLength(2);
    const volunteer = join({ role: 'volunteer', worker: '1' });
    hub.receive(volunteer, '{"type":"weights"}');
    expect(volunteer.binary).toHaveLength(0);
  });

  it('tells a volunteer of its own part, and nothing else', () => {
    const { hub, tell, join } = setUp();
    tell({
      type: 'worker-joined',
      ...{ worker: '1', name: 'Pixel 8', kind: 'tab', engine: 'Chromium', backend: 'wasm', threads: 2 },
    });
    const volunteer = join({ role: 'volunteer', worker: '1' });
    for (let count = 0; count < 8; count++) hub.tick();
    expect(volunteer.types).toEqual(['standing', 'standing', 'standing']);
    expect(volunteer.messages[0]).toMatchObject({ rows: 0, rank: 1, workers: 1, totalSteps: 20 });
  });
});
