import { fileURLToPath } from 'node:url';
import { modelSchema } from './model-schema.ts';

export const MODEL_SCHEMA_FILE = fileURLToPath(new URL('../../../docs/model.schema.json', import.meta.url));

export const modelSchemaText = (): string => `${JSON.stringify(modelSchema(), null, 2)}\n`;
