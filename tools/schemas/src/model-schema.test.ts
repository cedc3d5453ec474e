import { readFileSync } from 'node:fs';
import { layerKinds, lossKinds, namedModels, resolveModel } from '@lockstep/nn';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { MODEL_SCHEMA_FILE, modelSchemaText } from './files.ts';
import { modelSchema } from './model-schema.ts';

const check = new Ajv({ strict: false, discriminator: false }).compile(modelSchema());
const PLACE = { input: [6], outputs: 3 };

const isTaken = (model: unknown): boolean => {
  try {
    resolveModel(structuredClone(model), PLACE);
    return true;
  } catch {
    return false;
  }
};

describe('the schema of model files', () => {
  it('is the one in docs: node tools/run.mjs schemas/write-schemas writes it', () => {
    expect(readFileSync(MODEL_SCHEMA_FILE, 'utf8')).toBe(modelSchemaText());
  });

  it('knows every kind of layer and of loss', () => {
    const text = modelSchemaText();
    for (const type of [...layerKinds.types, ...lossKinds.types]) expect(text).toContain(`"${type}"`);
  });

  it.each(Object.entries(namedModels))('takes the model "%s", and what a run keeps of it', (_name, make) => {
    expect([check(make(PLACE)), check.errors]).toEqual([true, null]);
    expect([check(resolveModel(make(PLACE), PLACE)), check.errors]).toEqual([true, null]);
  });

  it.each<[string, unknown]>([
    ['no layers', { layers: [] }],
    ['an unknown kind', { layers: [{ type: 'dens', units: 3 }] }],
    ['an unknown setting', { layers: [{ type: 'dense', units: 3, bias: 'no' }] }],
    ['half a unit', { layers: [{ type: 'dense', units: 2.5 }] }],
    ['an unknown loss', { layers: [{ type: 'dense', units: 3 }], loss: 'hinge' }],
    ['an unknown initializer', { layers: [{ type: 'dense', units: 3, weightInitializer: 'xavier' }] }],
    ['a name that no tensor may have', { layers: [{ type: 'dense', units: 3, name: '0' }] }],
  ])('refuses %s, as the product does', (_what, model) => {
    expect([check(model), isTaken(model)]).toEqual([false, false]);
  });
});
