import { encodeWorkerMessage } from '@lockstep/protocol';
import { paceOf } from '../lab/leases.ts';
import { frameOf, RawPeer, type Ending } from '../lab/raw-peer.ts';
import { ScriptedWorker } from '../lab/scripted-worker.ts';
import { Trial } from '../lab/trial.ts';
import { must, mustEqual } from '../lab/wait.ts';
import type { Row } from '../row.ts';

const FRAGMENTS = 131_072;

const ATTACKS: readonly (readonly [string, number, (peer: RawPeer) => void])[] = [
  ['a frame that is too long', 1009, (peer) => peer.send(Buffer.alloc(8 * 2 ** 20))],
  ['a length of 4 GB', 1009, (peer) => peer.send(Buffer.alloc(10), { toldLength: 2 ** 32 })],
  ['a length of 2^62', 1009, (peer) => peer.send(Buffer.alloc(10), { toldLength: 2 ** 62 })],
  ['131k fragments', 1009, (peer) => peer.socket.write(fragments())],
  ['empty fragments', 1009, (peer) => peer.socket.write(fragments(0))],
  ['no mask', 1002, (peer) => peer.send(Buffer.alloc(10), { isMasked: false })],
  ['a reserved opcode', 1002, (peer) => peer.send(Buffer.alloc(10), { opcode: 3 })],
  ['a ping of 126 bytes', 1002, (peer) => peer.send(Buffer.alloc(126), { opcode: 9 })],
  ['a ping in pieces', 1002, (peer) => peer.send(Buffer.alloc(1), { opcode: 9, isLast: false })],
  ['a continuation of nothing', 1002, (peer) => peer.send(Buffer.alloc(1), { opcode: 0 })],
  ['the mark of compression', 1002, (peer) => peer.send(Buffer.alloc(10), { isCompressed: true })],
  ['a close code that is none', 1002, (peer) => peer.send(Buffer.of(0, 1), { opcode: 8 })],
  ['a text frame', 1003, (peer) => peer.send(Buffer.from('hello'), { opcode: 1 })],
  ['bad UTF-8', 1007, (peer) => peer.send(Buffer.of(0xc3, 0x28), { opcode: 1 })],
];

function fragments(bytes = 1): Buffer {
  const piece = frameOf(Buffer.alloc(bytes), { opcode: 0, isLast: false });
  return Buffer.concat([
    frameOf(Buffer.alloc(bytes), { isLast: false }),
    ...Array.from({ length: FRAGMENTS }, () => piece),
  ]);
}

export const brokenFrames: Row = {
  id: 'F28',
  title: 'frames that are too long, in too many pieces, or break WebSocket',
  load: 6,
  seconds: 12,
  async run(lab) {
    const trial = await Trial.start(lab, { workers: ['one', 'two'] });
    await trial.warm();
    const before = await paceOf(trial, 40);
    const guest = await ScriptedWorker.join(trial.port);
    const hello = encodeWorkerMessage(guest.hello());
    guest.socket.terminate();
    let longest = 0;
    for (const isLetIn of [true, false]) {
      for (const [name, code, attack] of ATTACKS) {
        const who = `${name}, ${isLetIn ? 'from a worker' : 'from a stranger'}`;
        const peer = await RawPeer.open(trial.port, { localAddress: '127.0.0.9' });
        if (isLetIn) peer.send(hello);
        const startedAt = performance.now();
        attack(peer);
        const ending: Ending = await peer.ended;
        mustEqual(ending.code, code, `${who}: the close code`);
        must(ending.reason !== '', `${who}: there is no reason`);
        longest = Math.max(longest, ending.at - startedAt);
      }
    }
    const during = await paceOf(trial, 40);
    const counted = new Map(
      trial.entriesOf('refused').map(({ name, count }) => [String(name), Number(count)]),
    );
    mustEqual(
      [...counted.keys()].sort(),
      ['badUtf8', 'frameTooLarge', 'protocolViolation', 'textFrame'],
      'what was counted',
    );
    const grown = trial.growthMegabytes;
    const steps = await trial.finish();
    const door = trial.entriesOf('door').at(-2)!['refusals'] as Readonly<Record<string, number>>;
    const total = Object.values(door).reduce((sum, count) => sum + count, 0);
    mustEqual(total, 2 * ATTACKS.length, 'refusals in the last line of the door');
    return `${total} attacks closed with 1002, 1003, 1007, 1009 within ${Math.round(longest)} ms, memory +${grown.toFixed(0)} MB, step ${before.toFixed(1)} -> ${during.toFixed(1)} ms, ${steps} steps`;
  },
};
