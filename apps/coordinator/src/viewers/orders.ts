import { CLOSE_CODES } from '@lockstep/protocol';
import type { Shell } from '@lockstep/shell';
import type { Orders } from './viewer-hub.ts';

/** What an administrator's orders do to a run. */
export const ordersOf = (shell: Shell): Orders => ({
  run(verb) {
    if (verb === 'stop') shell.stop('the administrator stopped it');
    else shell[verb]();
  },
  worker(verb, worker) {
    const removed = { ...CLOSE_CODES.refused, reason: 'removed by the administrator' };
    // A worker that is cut off, to show what happens then, comes back by itself.
    const cutOff = { ...CLOSE_CODES.goingAway, reason: 'cut off by the administrator' };
    shell.dismiss(worker, verb === 'remove' ? removed : cutOff);
  },
});
