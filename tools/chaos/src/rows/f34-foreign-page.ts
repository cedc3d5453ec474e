import { request } from 'node:http';
import { RawPeer } from '../lab/raw-peer.ts';
import { Trial } from '../lab/trial.ts';
import { mustEqual } from '../lab/wait.ts';
import type { Row } from '../row.ts';

/** The status of an answer to a request for `path` with those headers. */
const statusOf = (port: number, path: string, headers: Readonly<Record<string, string>>): Promise<number> =>
  new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });

const FOREIGN = [
  ['a page of another site', ['Origin: https://elsewhere.example']],
  ['a page of another port', ['Origin: http://127.0.0.1:1']],
  ['an origin that is none', ['Origin: null']],
] as const;

export const foreignPage: Row = {
  id: 'F34',
  title: 'pages of other sites, and a name that a stranger points here',
  load: 2,
  seconds: 8,
  async run(lab) {
    const trial = await Trial.start(lab, { workers: ['one'] });
    await trial.warm();
    const { port } = trial;
    for (const path of ['/', '/view']) {
      for (const [name, headers] of FOREIGN) {
        const peer = await RawPeer.open(port, { path, headers });
        mustEqual(peer.status, 403, `${name} asks for ${path}`);
        peer.socket.destroy();
      }
      mustEqual(await statusOf(port, path, { Host: 'rebound.example' }), 403, `${path} under another name`);
    }
    for (const path of ['/', '/dashboard']) {
      mustEqual(await statusOf(port, path, { Host: `localhost:${port}` }), 200, `${path} under its own name`);
    }
    const steps = await trial.finish();
    return `403 before the upgrade for each of ${FOREIGN.length} origins and for a foreign name, ${steps} steps`;
  },
};
