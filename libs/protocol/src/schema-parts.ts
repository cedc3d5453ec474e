import { integer, object } from '@lockstep/config';

/** Most characters (UTF-16 units) of each text in a message. */
export const TEXT_LIMITS = {
  name: 256,
  contract: 64,
  engine: 128,
  backend: 128,
  token: 256,
  reason: 256,
  run: 128,
  detail: 512,
} as const;

const MAX_UINT32 = 2 ** 32 - 1;

/** Any number that counts something. */
export const count = integer(0);
export const rowCount = integer(1, MAX_UINT32);
export const position = { term: count, step: count };
export const partReference = { ...position, part: integer(0, MAX_UINT32) };
export const spanReference = {
  ...position,
  span: object({ firstLeaf: integer(0, MAX_UINT32), leafCount: integer(1, MAX_UINT32) }),
};
