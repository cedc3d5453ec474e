import {
  namedModels,
  NetworkError,
  perceptronModel,
  perceptronOf,
  resolveModel,
  type ModelSpec,
} from '@lockstep/nn';
import { CommandError, EXIT } from './command-error.ts';
import type { modelOptions } from './model-options.ts';
import type { Resolved } from './resolve.ts';
import type { RunConfig } from './run-config.ts';

type Options = Resolved<typeof modelOptions>;
/** The text of a file. @throws what the system says of a file that cannot be read */
export type ReadText = (file: string) => string;

type DataFacts = Pick<RunConfig['dataset'], 'featureCount' | 'classCount'>;

/** Flags that describe a perceptron, and so none beside `--model`. */
const PERCEPTRON_FLAGS = ['hidden', 'activation', 'normalisation', 'dropout', 'output'] as const;

/**
 * The network that was asked for: that of `--model`, or a perceptron by its flags.
 * @throws {CommandError} exit 2, naming the file and the place in it
 */
export function givenModel(
  { values, sources }: Options,
  { featureCount, classCount }: DataFacts,
  read: ReadText,
): ModelSpec {
  const { model, loss } = values;
  if (model === undefined) {
    const { hidden, activation, normalisation, dropout, output } = values;
    return perceptronModel({
      sizes: [featureCount, ...hidden, classCount],
      activation,
      outputActivation: output,
      ...(normalisation !== undefined && { normalisation }),
      ...(dropout !== undefined && { dropout }),
      ...(loss !== undefined && { loss }),
    });
  }
  const beside = PERCEPTRON_FLAGS.find((flag) => sources[flag] !== 'default');
  if (beside !== undefined) {
    throw new CommandError(
      EXIT.usage,
      `--model ${model} says what the network is, and so does --${beside}: leave one of them out`,
    );
  }
  const place = { input: [featureCount], outputs: classCount };
  const written = namedModels[model]?.(place) ?? modelIn(model, read);
  try {
    const resolved = resolveModel(written, place);
    return loss === undefined ? resolved : { ...resolved, loss };
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    throw new CommandError(EXIT.usage, `--model ${model}: ${error.message.replace(`${error.code}: `, '')}`, {
      cause: error,
    });
  }
}

/** @throws {CommandError} exit 2 */
function modelIn(file: string, read: ReadText): unknown {
  let text: string;
  try {
    text = read(file);
  } catch (cause) {
    const names = Object.keys(namedModels).join(', ');
    throw new CommandError(
      EXIT.usage,
      `--model ${file} cannot be read (${(cause as { readonly code?: string }).code ?? 'unknown'}): give a JSON file, or one of ${names}`,
      { cause },
    );
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CommandError(EXIT.usage, `--model ${file} is not JSON: ${(cause as Error).message}`, { cause });
  }
}

type Setting = string | number | readonly number[] | undefined;

/** What the saved run's network has and what the flags beside `--resume` ask for, setting by setting. */
export function modelSettings(
  saved: RunConfig,
  options: Options,
  read: ReadText,
): readonly (readonly [keyof Options['sources'], Setting, Setting])[] {
  const { values } = options;
  const loss = JSON.stringify(saved.model.loss);
  const settings = [
    ['loss', loss, JSON.stringify(values.loss)],
    [
      'model',
      JSON.stringify(saved.model),
      values.model && JSON.stringify(givenModel(options, saved.dataset, read)),
    ],
  ] as const;
  const perceptron = perceptronOf(saved.model);
  const { sizes, activation, outputActivation, normalisation, dropout } = perceptron ?? {};
  return [
    ...settings,
    ['hidden', sizes?.slice(1, -1), values.hidden],
    ['activation', activation, values.activation],
    ['normalisation', normalisation, values.normalisation],
    ['dropout', dropout, values.dropout],
    ['output', outputActivation, values.output],
  ];
}
