import { BenchError } from './bench-error.ts';

/** What the last line of `lockstep train --format json` says. */
export interface Finished {
  readonly step: number;
  readonly weightsSha256: string;
  readonly samplesPerSecond: number;
  /** Median milliseconds from one commit to the next. */
  readonly stepMillis: number;
}

const numbers = ['step', 'samplesPerSecond', 'stepMillis'] as const;

/** The `finished` line among the lines of standard output. @throws {BenchError} `bad-output` */
export function readFinished(stdout: string): Finished {
  const lines = stdout.split('\n').filter((line) => line.trim() !== '');
  const last = parse(lines.at(-1) ?? '');
  if (last['type'] !== 'finished') throw badOutput('its last line is not of type "finished"');
  const { weightsSha256 } = last;
  if (typeof weightsSha256 !== 'string') throw badOutput('"weightsSha256" is not a string');
  const [step, samplesPerSecond, stepMillis] = numbers.map((name) => numberOf(last, name)) as [
    number,
    number,
    number,
  ];
  return { step, weightsSha256, samplesPerSecond, stepMillis };
}

function numberOf(fields: Record<string, unknown>, name: string): number {
  const value = fields[name];
  if (typeof value !== 'number') throw badOutput(`"${name}" is not a number`);
  return value;
}

function parse(line: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw badOutput('its last line is not JSON', { cause });
  }
  if (typeof value !== 'object' || value === null) throw badOutput('its last line is not an object');
  return value as Record<string, unknown>;
}

const badOutput = (detail: string, options?: ErrorOptions): BenchError =>
  new BenchError(
    'bad-output',
    `\`lockstep train --format json\` printed something else than expected: ${detail}; build it again with \`npm run build\``,
    options,
  );
