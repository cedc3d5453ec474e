import { GOLDEN_DIGEST } from '@lockstep/nn';
import { CLOSE_CODES, CONTRACT, encodeWorkerMessage, PROTOCOL_VERSION, type Hello } from '@lockstep/protocol';
import type { Channel } from '@lockstep/transport';
import type { Watch } from '../checks/watch.ts';
import type { Network } from '../network/network.ts';
import { Site } from '../network/site.ts';
import type { StrangerKind } from '../scenario/fault-kinds.ts';
import type { Dice } from '../world/dice.ts';
import { Host } from '../world/host.ts';
import type { World } from '../world/world.ts';

/** Whoever is not let in is closed within so long: the deadline for a hello, and the way there and back. */
const PATIENCE_MICROS = 6_000_000;

const LINE = { latencyMicros: 500, jitterMicros: 0, bytesPerSecond: 10_000_000 };

/** The codes that a stranger may be closed with; 1006 when the coordinator itself went away. */
const CODES: Readonly<Record<StrangerKind, readonly number[]>> = {
  'says-nothing': [CLOSE_CODES.helloDeadline.code, CLOSE_CODES.token.code],
  'sends-garbage': [CLOSE_CODES.badMessage.code, CLOSE_CODES.frameTooLarge.code, CLOSE_CODES.token.code],
  'has-no-token': [CLOSE_CODES.token.code],
  'has-other-bits': [CLOSE_CODES.versionMismatch.code],
  'speaks-another-contract': [CLOSE_CODES.versionMismatch.code],
  'contributes-first': [CLOSE_CODES.badMessage.code, CLOSE_CODES.frameTooLarge.code, CLOSE_CODES.token.code],
};

export interface StrangerSetup {
  readonly world: World;
  readonly network: Network;
  readonly watch: Watch;
  readonly dice: Dice;
  readonly token: string | undefined;
}

/** Somebody who is no worker of the run connects, and must be turned away: in time, and with the right code. */
export async function sendStranger(kind: StrangerKind, setup: StrangerSetup): Promise<void> {
  const { world, network, watch } = setup;
  const host = new Host(world, kind);
  let channel: Channel;
  try {
    channel = await network.connect(new Site(kind, LINE), host);
  } catch {
    return;
  }
  const connectedAt = world.now;
  let isClosed = false;
  channel.onClose(({ code }) => {
    isClosed = true;
    const isLost = code === 1006 || code === CLOSE_CODES.goingAway.code;
    if (!isLost && !CODES[kind].includes(code)) watch.fail(`a stranger that ${kind} was closed with ${code}`);
  });
  for (const frame of framesOf(kind, setup)) channel.send(frame);
  world.after(PATIENCE_MICROS, () => {
    const hadPeace = !watch.isDisturbed && watch.quietSince <= connectedAt;
    if (!isClosed && hadPeace) watch.fail(`a stranger that ${kind} was not turned away`);
    host.end();
  });
}

function framesOf(kind: StrangerKind, { dice, token }: StrangerSetup): Uint8Array[] {
  const hello: Hello = {
    type: 'hello',
    protocol: PROTOCOL_VERSION,
    contract: CONTRACT,
    goldenDigest: GOLDEN_DIGEST,
    name: 'stranger',
    kind: 'tab',
    engine: 'unknown',
    backend: 'unknown',
    threads: 1,
    ...(token === undefined ? {} : { token }),
  };
  switch (kind) {
    case 'says-nothing':
      return [];
    case 'sends-garbage':
      return [Uint8Array.from({ length: dice.integer(0, 300) }, () => dice.integer(0, 255))];
    case 'has-no-token':
      return [encodeWorkerMessage({ ...hello, token: 'guess' })];
    case 'has-other-bits':
      return [encodeWorkerMessage({ ...hello, goldenDigest: 'f'.repeat(64) })];
    case 'speaks-another-contract':
      return [encodeWorkerMessage({ ...hello, contract: 'exact-0' })];
    case 'contributes-first':
      return [
        encodeWorkerMessage({
          type: 'contribution',
          term: 1,
          step: 0,
          span: { firstLeaf: 0, leafCount: 1 },
          rowCount: 1,
          computeMicros: 0,
          checksum: '0'.repeat(16),
          lossSum: 0,
          gradient: new Float32Array(4),
        }),
      ];
  }
}
