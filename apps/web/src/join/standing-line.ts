import type { Standing, ViewMessage } from '@lockstep/metrics';
import { coordinatorUrl } from '../ui/coordinator-url.ts';

/** The coordinator tells a volunteer of its part once a second; so many looks without a word, and the line is dead. */
const LOOK_EVERY_MS = 1000;
const SILENT_LOOKS = 6;

export interface StandingLineSetup {
  readonly token: string | undefined;
  /** The volunteer's number. */
  readonly worker: string;
  onStanding(standing: Standing): void;
  /** Nothing came for seconds, although it had: the machine slept, or the network is gone. */
  onDead(): void;
}

/** The connection that tells a volunteer of its part in the run. A second one, so that pictures never hold gradients up. */
export class StandingLine {
  readonly #socket: WebSocket;
  readonly #looker: ReturnType<typeof setInterval>;

  constructor({ token, worker, onStanding, onDead }: StandingLineSetup) {
    this.#socket = new WebSocket(coordinatorUrl('./view'));
    let silentLooks = 0;
    let hasHeard = false;
    this.#socket.addEventListener('open', () => {
      const secret = token === undefined ? {} : { token };
      this.#socket.send(JSON.stringify({ type: 'hello', role: 'volunteer', worker, ...secret }));
    });
    this.#socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      silentLooks = 0;
      hasHeard = true;
      const message = JSON.parse(String(data)) as ViewMessage;
      if (message.type === 'standing') onStanding(message);
    });
    this.#socket.addEventListener('close', () => clearInterval(this.#looker));
    this.#looker = setInterval(() => {
      if (hasHeard && this.#socket.readyState === WebSocket.OPEN && ++silentLooks === SILENT_LOOKS) onDead();
    }, LOOK_EVERY_MS);
  }

  close(): void {
    clearInterval(this.#looker);
    this.#socket.close();
  }
}
