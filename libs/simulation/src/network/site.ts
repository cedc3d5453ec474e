import { Line } from './line.ts';

/** A machine, and the way from it to the coordinator's and back. */
export class Site {
  readonly name: string;
  readonly up: Line;
  readonly down: Line;
  /** Without power it answers nothing. */
  isUp = true;

  constructor(name: string, conditions: Pick<Line, 'latencyMicros' | 'jitterMicros' | 'bytesPerSecond'>) {
    this.name = name;
    this.up = new Line(conditions);
    this.down = new Line(conditions);
  }
}
