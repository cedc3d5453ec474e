/** Writes docs/model.schema.json, by which editors check model files, from the schemas of the product. */
import { writeFileSync } from 'node:fs';
import { MODEL_SCHEMA_FILE, modelSchemaText } from './files.ts';

const HELP = `Usage: node tools/run.mjs schemas/write-schemas

Writes docs/model.schema.json from the schemas of layers, losses and initializers. A test compares
the file with them.

  --help    print this
`;

if (process.argv.includes('--help')) process.stdout.write(HELP);
else writeFileSync(MODEL_SCHEMA_FILE, modelSchemaText());
