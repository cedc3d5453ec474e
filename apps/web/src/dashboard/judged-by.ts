import type { RunConfig } from '@lockstep/config';

/** What the rows are called that a run is judged on while it trains, and when the first figures come. */
export interface JudgedBy {
  readonly accuracy: string;
  readonly loss: string;
  readonly rows: string;
  readonly first: string;
}

/** The rows held back for validation where a run holds some back; the test rows are kept for its end then. */
export function judgedBy({ validation }: Pick<RunConfig, 'validation'>): JudgedBy {
  if (validation === undefined) {
    return {
      ...{ accuracy: 'Test accuracy', loss: 'Test loss', rows: 'test rows' },
      first: 'at the end of the first epoch',
    };
  }
  return {
    ...{ accuracy: 'Validation accuracy', loss: 'Validation loss', rows: 'rows held back' },
    first: `with the first validation, after step ${validation.every}`,
  };
}
