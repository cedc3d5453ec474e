/**
 * The stream numbers of the run's generator (contract, section 4): everything random draws from Philox keyed by
 * (seed, stream), each from its own stream. A number, once given, is never given to anything else.
 */
export const STREAMS = { rowOrder: 1, initialWeights: 2, dropout: 3, split: 5 } as const;
