import { layerTypesOf, lossKinds, MAX_UNITS, namedModels } from '@lockstep/nn';
import { lossOption } from './loss-option.ts';
import { choiceOption, listOption, realOrNoneOption, textOption } from './option.ts';
import { BOUNDS } from './worker-config.ts';

/** What a network follows from, as a user gives it: a file, a name, or the few numbers of a perceptron. */
export const modelOptions = {
  model: textOption<string | undefined>({
    flag: 'model',
    placeholder: '<FILE|name>',
    defaultValue: undefined,
    help: `the network: a JSON file with its layers, or one of ${Object.keys(namedModels).join(', ')}; instead of --hidden and what goes with it`,
  }),
  hidden: listOption(
    {
      flag: 'hidden',
      placeholder: '<units,...>',
      defaultValue: [128],
      help: 'units of each hidden layer, a comma list; none for no hidden layer',
    },
    { min: 1, max: MAX_UNITS, maxLength: BOUNDS.hiddenLayers.max },
  ),
  activation: choiceOption(
    {
      flag: 'activation',
      placeholder: '<kind>',
      defaultValue: 'sigmoid',
      help: 'what follows each hidden layer',
    },
    ['linear', ...layerTypesOf('activation')],
  ),
  normalisation: choiceOption<string, undefined>(
    {
      flag: 'normalisation',
      placeholder: '<kind>',
      defaultValue: undefined,
      help: 'what stands between each hidden layer and its activation (default: nothing)',
    },
    layerTypesOf('normalisation'),
  ),
  dropout: realOrNoneOption(
    {
      flag: 'dropout',
      placeholder: '<part>',
      defaultValue: undefined,
      help: 'part of the hidden units that is dropped in training, such as 0.2 (default: none)',
    },
    'a number from 0, below 1',
    (part) => part >= 0 && part < 1,
  ),
  output: choiceOption(
    {
      flag: 'output',
      placeholder: '<kind>',
      defaultValue: 'linear',
      help: "the output layer's activation",
    },
    ['linear', ...layerTypesOf('activation')],
  ),
  loss: lossOption({
    flag: 'loss',
    placeholder: '<kind|JSON>',
    defaultValue: undefined,
    help: `what training makes small: ${lossKinds.types.join(', ')}, or a JSON object with its settings (default: squared-error, or the model's)`,
  }),
};
