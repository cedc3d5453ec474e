import { perceptronModel } from '@lockstep/nn';
import { describe, expect, it } from 'vitest';
import { givenModel, modelSettings } from './given-model.ts';
import { modelOptions } from './model-options.ts';
import { resolveOptions } from './resolve.ts';
import { madeUpConfig } from './testing/made-up-config.ts';

const FACTS = { featureCount: 6, classCount: 3 };
const given = (values: Record<string, unknown>) =>
  resolveOptions(modelOptions, [{ source: 'flag', where: 'the command line', values }]);
const FILES: Readonly<Record<string, string>> = {
  'net.json':
    '{"layers": [{"type": "dense", "units": 4}, {"type": "sigmoid"}, {"type": "dense", "units": 3}]}',
  'broken.json': '{"layers": [',
  'odd.json': '{"layers": [{"type": "dense", "units": 4, "bias": 1}]}',
};
const read = (file: string): string => {
  if (FILES[file] === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
  return FILES[file];
};
const modelOf = (values: Record<string, unknown>) => givenModel(given(values), FACTS, read);

describe('the model that was asked for', () => {
  it('is a perceptron by its flags', () => {
    expect(modelOf({})).toEqual(perceptronModel({ sizes: [6, 128, 3] }));
    expect(modelOf({ hidden: '5,4', activation: 'linear', output: 'sigmoid' })).toEqual(
      perceptronModel({ sizes: [6, 5, 4, 3], activation: 'linear', outputActivation: 'sigmoid' }),
    );
  });

  it('is that of a file, made for the rows of the data', () => {
    expect(modelOf({ model: 'net.json' })).toMatchObject({
      input: [6],
      layers: [{ name: 'layers.0', units: 4 }, { type: 'sigmoid' }, { units: 3 }],
    });
  });

  it('may go by a name', () => {
    expect(modelOf({ model: 'perceptron' })).toEqual(modelOf({}));
  });

  it.each([
    [
      { model: 'nowhere.json' },
      /--model nowhere\.json cannot be read \(ENOENT\): give a JSON file, or one of perceptron/,
    ],
    [{ model: 'broken.json' }, /--model broken\.json is not JSON: /],
    [{ model: 'odd.json' }, /--model odd\.json: model\.layers\.0\.bias: there is no such field/],
    [{ model: 'net.json', hidden: '5' }, /--model net\.json says what the network is, and so does --hidden/],
  ])('is refused as %j, with what to do', (values, message) => {
    expect(() => modelOf(values)).toThrowError(expect.objectContaining({ exitCode: 2 }));
    expect(() => modelOf(values)).toThrowError(message);
  });
});

describe('what flags beside --resume ask for', () => {
  const saved = madeUpConfig();
  const differing = (values: Record<string, unknown>) =>
    modelSettings(saved, given(values), read)
      .filter(([key, was, now]) => values[key] !== undefined && String(was) !== String(now))
      .map(([key]) => key);

  it('is compared with what the run has, setting by setting', () => {
    expect(differing({ hidden: '5', output: 'linear', loss: 'squared-error' })).toEqual([]);
    expect(differing({ hidden: '7' })).toEqual(['hidden']);
    expect(differing({ output: 'sigmoid' })).toEqual(['output']);
    expect(differing({ model: 'net.json' })).toEqual(['model']);
  });
});
