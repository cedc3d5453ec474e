import * as v from 'valibot';
import { KindList } from '../kinds/kind-list.ts';
import { constant, type Constant } from './constant.ts';
import { glorotNormal, type GlorotNormal } from './glorot-normal.ts';
import { glorotUniform, type GlorotUniform } from './glorot-uniform.ts';
import { heNormal, type HeNormal } from './he-normal.ts';
import { heUniform, type HeUniform } from './he-uniform.ts';
import type { InitializerKind, InitializerRun } from './initializer.ts';
import { lecunNormal, type LecunNormal } from './lecun-normal.ts';
import { lecunUniform, type LecunUniform } from './lecun-uniform.ts';
import { ones, type Ones } from './ones.ts';
import { orthogonal, type Orthogonal } from './orthogonal.ts';
import { pytorchLinear, type PytorchLinear } from './pytorch-linear.ts';
import { truncatedNormal, type TruncatedNormal } from './truncated-normal.ts';
import { zeros, type Zeros } from './zeros.ts';

/** Every kind of initializer: a new one is a file beside these, its test, and a line in this list and its union. */
const KINDS = [
  glorotUniform,
  glorotNormal,
  heUniform,
  heNormal,
  lecunUniform,
  lecunNormal,
  pytorchLinear,
  truncatedNormal,
  orthogonal,
  zeros,
  ones,
  constant,
];

export type InitializerSpec =
  | GlorotUniform
  | GlorotNormal
  | HeUniform
  | HeNormal
  | LecunUniform
  | LecunNormal
  | PytorchLinear
  | TruncatedNormal
  | Orthogonal
  | Zeros
  | Ones
  | Constant;

/** Every kind of initializer by its type. */
export const initializerKinds = new KindList<InitializerKind>(
  // A kind only ever meets specifications of its own type.
  KINDS.map((kind) => kind as unknown as InitializerKind),
);

/** What a layer's schema says where an initializer may be given: its name, or an object with a `type` and settings. */
export const initializerSchema: v.GenericSchema<unknown, InitializerSpec> = v.lazy((given) =>
  typeof given === 'string'
    ? v.pipe(
        v.string(),
        v.transform((type): unknown => ({ type })),
        schemaOf(given),
      )
    : schemaOf((given as { readonly type?: unknown } | null)?.type),
);

const schemaOf = (type: unknown): v.GenericSchema<unknown, InitializerSpec> =>
  (initializerKinds.find(String(type))?.schema ??
    v.strictObject({ type: v.picklist(initializerKinds.types) })) as v.GenericSchema<
    unknown,
    InitializerSpec
  >;

/** Writes a parameter's initial values. */
export const initialize = (at: InitializerRun<InitializerSpec>): void =>
  initializerKinds.of(at.spec.type).fill(at);
