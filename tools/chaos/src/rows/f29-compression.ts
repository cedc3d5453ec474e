import { RawPeer } from '../lab/raw-peer.ts';
import { Trial } from '../lab/trial.ts';
import { must, mustEqual } from '../lab/wait.ts';
import type { Row } from '../row.ts';

const OFFERS = [
  'permessage-deflate',
  'permessage-deflate; client_max_window_bits; server_max_window_bits=10',
  'permessage-deflate; server_no_context_takeover, x-webkit-deflate-frame',
];

export const compression: Row = {
  id: 'F29',
  title: 'a peer offers compression',
  load: 3,
  seconds: 7,
  async run(lab) {
    const trial = await Trial.start(lab, { workers: ['one'] });
    await trial.warm();
    for (const offer of OFFERS) {
      const peer = await RawPeer.open(trial.port, { headers: [`Sec-WebSocket-Extensions: ${offer}`] });
      mustEqual(peer.status, 101, 'the status of the upgrade');
      must(!/sec-websocket-extensions/i.test(peer.head), `it agreed to ${offer}`);
      peer.send(Buffer.of(0xcb, 0x48, 0xcd, 0xc9, 0xc9, 7, 0), { isCompressed: true });
      const { code } = await peer.ended;
      mustEqual(code, 1002, 'the close for a compressed message');
    }
    const steps = await trial.finish();
    return `${OFFERS.length} offers, none agreed to; a compressed message is closed with 1002, ${steps} steps`;
  },
};
