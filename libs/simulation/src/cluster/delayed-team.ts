import type { RunConfig } from '@lockstep/config';
import { referenceBackend } from '@lockstep/math';
import type { GivenRows } from '@lockstep/nn';
import type { Hello } from '@lockstep/protocol';
import { InlineTeam, type ComputeTeam, type SpanRows, type TeamSum } from '@lockstep/worker';
import type { Host } from '../world/host.ts';

type WorkerKind = Hello['kind'];

/** How fast a worker is at the moment. */
export interface Pace {
  readonly rowMicros: number;
  readonly overheadMicros: number;
  /** Everything takes so many times longer. */
  slowness: number;
  /** Its computing threads answer nothing. */
  isHung: boolean;
}

/** How often a thread that hangs is looked at again. */
const HUNG_LOOK_MICROS = 20_000;

/** The product's team of one, whose answers take virtual time. */
export class DelayedTeam implements ComputeTeam {
  readonly threads = 1;
  readonly #team: InlineTeam;
  readonly #host: Host;
  readonly #pace: Pace;
  readonly #kind: WorkerKind;

  /** @param kind a tab computes on the thread of its socket: nothing else happens in it meanwhile */
  constructor(config: RunConfig, host: Host, pace: Pace, kind: WorkerKind) {
    this.#team = new InlineTeam(referenceBackend, config);
    this.#host = host;
    this.#pace = pace;
    this.#kind = kind;
  }

  setWeights(weights: Float32Array, checksum: string): void {
    this.#team.setWeights(weights, checksum);
  }

  async compute(rows: SpanRows): Promise<TeamSum> {
    const sum = await this.#team.compute(rows);
    await this.#work(rows.labels.length);
    return sum;
  }

  async answer(rows: GivenRows): Promise<Float32Array> {
    const outputs = await this.#team.answer(rows);
    await this.#work(rows.rowCount);
    return outputs;
  }

  async #work(rows: number): Promise<void> {
    const { rowMicros, overheadMicros, slowness } = this.#pace;
    await this.#spend((overheadMicros + rows * rowMicros) * slowness);
    while (this.#pace.isHung) await this.#spend(HUNG_LOOK_MICROS);
  }

  #spend(micros: number): Promise<void> {
    if (this.#kind === 'tab') this.#host.freeze(micros);
    return this.#host.sleep(micros);
  }

  close(): void {
    this.#team.close();
  }
}
