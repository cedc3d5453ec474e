declare const brand: unique symbol;

/** The coordinator's number for one connection of a worker, from 1 within a term; a worker that returns gets a new one. */
export type WorkerId = number & { readonly [brand]: 'WorkerId' };

/** Brands `value`, a safe integer >= 0, as a worker's id. @throws {RangeError} for anything else */
export function workerId(value: number): WorkerId {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`a worker id is a safe integer from 0, got ${String(value)}`);
  }
  return value as WorkerId;
}
