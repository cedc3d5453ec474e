import { resolveMetrics, resolveSteering, type MetricSpec, type SteeringSpec } from '@lockstep/nn';
import { ConfigError } from './config-error.ts';
import type { Common, Option } from './option.ts';
import { givenSpec } from './spec-text.ts';

/** The option whose value `resolve` finds right; what it throws becomes an error for people. */
const resolvedOption = <T>(
  common: Common<undefined>,
  what: string,
  resolve: (value: unknown) => T,
): Option<T | undefined> => ({
  ...common,
  parse(value) {
    try {
      return resolve(value);
    } catch (error) {
      if (error instanceof ConfigError) throw error;
      throw new ConfigError('bad-value', `takes ${what}: ${(error as Error).message}`, { cause: error });
    }
  },
});

/** A comma list of metrics, or a JSON list of names and objects. */
export const metricsOption = (common: Common<undefined>): Option<readonly MetricSpec[] | undefined> =>
  resolvedOption(common, 'names of metrics, or a JSON list', (value) => {
    if (typeof value !== 'string') return resolveMetrics(value);
    const text = value.trim();
    return resolveMetrics(
      text.startsWith('[') ? JSON.parse(text) : text.split(',').map((name) => name.trim()),
    );
  });

/** "loss", the name of a metric, or a JSON object. */
export const metricOption = (common: Common<undefined>): Option<SteeringSpec['monitor'] | 'loss'> =>
  resolvedOption(common, 'loss, or a metric', (value) =>
    value === 'loss' ? value : resolveSteering({ monitor: givenSpec(value, 'a metric') }).monitor,
  );

/** A factor, or a JSON object. */
export const plateauOption = (common: Common<undefined>): Option<SteeringSpec['plateau']> =>
  resolvedOption(common, 'a factor below 1, or a JSON object', (value) => {
    const given = typeof value === 'string' ? jsonOf(value) : value;
    return resolveSteering({ plateau: typeof given === 'number' ? { factor: given } : given }).plateau;
  });

const jsonOf = (text: string): unknown => JSON.parse(text);
