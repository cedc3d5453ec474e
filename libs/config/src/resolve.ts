import { ConfigError } from './config-error.ts';
import type { OptionTable, ValuesOf } from './options.ts';

/** Where a value came from, strongest first. */
export type OptionSource = 'flag' | 'environment' | 'file' | 'default';

/** What a user gave in one place: raw texts or JSON values by option key. */
export interface OptionLayer {
  readonly source: Exclude<OptionSource, 'default'>;
  /** For messages: "--config run.json". */
  readonly where: string;
  readonly values: Readonly<Record<string, unknown>>;
}

export interface Resolved<T extends OptionTable> {
  readonly values: ValuesOf<T>;
  readonly sources: { readonly [K in keyof T]: OptionSource };
}

/** The environment variable of a flag: `LOCKSTEP_BATCH_SIZE` of `batch-size`. */
export const environmentName = (flag: string): string =>
  `LOCKSTEP_${flag.toUpperCase().replaceAll('-', '_')}`;

/** The layer of values that `environment` holds for `table`. An empty variable counts as not set. */
export function environmentLayer(
  table: OptionTable,
  environment: Readonly<Record<string, string | undefined>>,
): OptionLayer {
  const values: Record<string, unknown> = {};
  for (const [key, option] of Object.entries(table)) {
    const text = environment[environmentName(option.flag)];
    if (text !== undefined && text !== '') values[key] = text;
  }
  return { source: 'environment', where: 'the environment', values };
}

/**
 * The layer of values in a configuration file: a JSON object whose keys are the flags' names, as `batchSize` or `batch-size`.
 * @throws {ConfigError} `bad-value`, `unknown-option`
 */
export function fileLayer(table: OptionTable, json: string, where: string): OptionLayer {
  let content: unknown;
  try {
    content = JSON.parse(json);
  } catch (cause) {
    throw new ConfigError('bad-value', `${where} is not JSON: ${(cause as Error).message}`, { cause });
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new ConfigError('bad-value', `${where} must hold one JSON object such as {"lr": 0.05}`);
  }
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(content)) {
    const key = Object.keys(table).find((k) => k === name || table[k]!.flag === name);
    if (key === undefined) {
      const known = Object.keys(table).join(', ');
      throw new ConfigError(
        'unknown-option',
        `${where} sets ${JSON.stringify(name)}, which is no option: use ${known}`,
      );
    }
    values[key] = value;
  }
  return { source: 'file', where, values };
}

/** The first layer that names an option decides it; the default, when none does. @throws {ConfigError} `bad-value` */
export function resolveOptions<T extends OptionTable>(table: T, layers: readonly OptionLayer[]): Resolved<T> {
  const values: Record<string, unknown> = {};
  const sources: Record<string, OptionSource> = {};
  for (const [key, option] of Object.entries(table)) {
    const layer = layers.find((candidate) => candidate.values[key] !== undefined);
    sources[key] = layer?.source ?? 'default';
    values[key] = option.defaultValue;
    if (layer === undefined) continue;
    try {
      values[key] = option.parse(layer.values[key]);
    } catch (cause) {
      if (!(cause instanceof ConfigError)) throw cause;
      const name = {
        flag: `--${option.flag}`,
        environment: environmentName(option.flag),
        file: `${option.flag} in ${layer.where}`,
      }[layer.source];
      throw new ConfigError(cause.code, `${name} ${cause.message}`, { cause });
    }
  }
  return { values: values as ValuesOf<T>, sources: sources as Resolved<T>['sources'] };
}
