import { initializerKinds, layerKinds, lossKinds } from '@lockstep/nn';
import { toJsonSchema, type JsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';

const INITIALIZER = '#/$defs/initializer';

/** What editors check a model file by, made of the schemas that the product checks it by. */
export function modelSchema(): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'A model for lockstep train --model',
    type: 'object',
    properties: {
      $schema: { type: 'string' },
      input: {
        description: 'The shape of a row; that of the data where left out.',
        ...{ type: 'array', items: { type: 'integer', minimum: 1 }, minItems: 1, maxItems: 8 },
      },
      layers: {
        description: 'In the order data flows; the last one gives the outputs.',
        ...{ type: 'array', minItems: 1, maxItems: 256 },
        items: { oneOf: layerKinds.types.map((type) => layerSchema(layerKinds.of(type).schema)) },
      },
      loss: {
        description: 'What training makes small: a name, or an object with settings.',
        ...namedOr(lossKinds.types, (type) => schemaOf(lossKinds.of(type).schema)),
      },
    },
    ...{ required: ['layers'], additionalProperties: false },
    $defs: {
      initializer: namedOr(initializerKinds.types, (type) => schemaOf(initializerKinds.of(type).schema)),
    },
  };
}

/** What any layer may have beside what its kind wants to know. */
const FRAME = {
  name: {
    description: 'What its tensors are called by; layers.<its place> where left out.',
    ...{ type: 'string', pattern: '^[A-Za-z][A-Za-z0-9_.-]{0,99}$' },
  },
  from: {
    description: 'What it reads, by name; "input" is the rows. The layer before it where left out.',
    anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' }, minItems: 1 }],
  },
} as const satisfies JsonSchema['properties'];

function layerSchema(schema: v.GenericSchema): JsonSchema {
  const ofKind = schemaOf(schema);
  return { ...ofKind, properties: { ...ofKind.properties, ...FRAME } };
}

/** The name of a kind that needs no settings, or an object with them. */
const namedOr = (types: readonly string[], schemaOfType: (type: string) => JsonSchema): JsonSchema => ({
  anyOf: [{ enum: [...types] }, ...types.map(schemaOfType)],
});

function schemaOf(schema: v.GenericSchema): JsonSchema {
  const { $schema: _, ...found } = toJsonSchema(schema, {
    typeMode: 'input',
    // Checks in code have no counterpart: the product still makes them.
    errorMode: 'ignore',
    overrideSchema: ({ valibotSchema }) => (valibotSchema.type === 'lazy' ? { $ref: INITIALIZER } : null),
  });
  return found;
}
