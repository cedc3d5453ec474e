/** What can go wrong in this room. */
export type MathErrorCode = 'shape' | 'memory' | 'subnormals' | 'backend-unavailable';

/** Any error of this room; `code` is stable, the message is for people. */
export abstract class MathError extends Error {
  abstract readonly code: MathErrorCode;
}

/** A buffer's length, or a dimension, disagrees with what the kernel was asked to compute. */
export class ShapeError extends MathError {
  override readonly name = 'ShapeError';
  readonly code = 'shape';
}

/** The backend's fixed memory cannot hold what was asked for. */
export class BackendMemoryError extends MathError {
  override readonly name = 'BackendMemoryError';
  readonly code = 'memory';
  constructor(
    readonly neededBytes: number,
    readonly availableBytes: number,
  ) {
    super(
      `the backend's memory is full: ${neededBytes} bytes are needed and ${availableBytes} are available; ` +
        'create the backend with a larger heapBytes, or lower the batch size or the width of the layers',
    );
  }
}

/** This thread flushes subnormal numbers to zero, so its results would differ from everybody else's. */
export class SubnormalsError extends MathError {
  override readonly name = 'SubnormalsError';
  readonly code = 'subnormals';
}

/** The backend asked for does not exist here. */
export class BackendUnavailableError extends MathError {
  override readonly name = 'BackendUnavailableError';
  readonly code = 'backend-unavailable';
}
