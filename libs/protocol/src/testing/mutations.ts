/** Integers from a seed: the same seed gives the same frames on every machine (mulberry32). */
export type RandomInteger = (exclusiveMaximum: number) => number;

export function seededRandom(seed: number): RandomInteger {
  let state = seed >>> 0;
  return (exclusiveMaximum) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) % exclusiveMaximum;
  };
}

type Mutation = (frame: Uint8Array, random: RandomInteger, corpus: readonly Uint8Array[]) => Uint8Array;

/** Bytes before the tensors of most frames: where mutations hurt. */
const HEADER_REGION = 200;

const flipBits: Mutation = (frame, random) => {
  const mutant = frame.slice();
  for (let flips = 1 + random(4); flips > 0; flips--)
    mutant[random(Math.min(mutant.length, HEADER_REGION))]! ^= 1 << random(8);
  return mutant;
};

const setBytes: Mutation = (frame, random) => {
  const mutant = frame.slice();
  for (let sets = 1 + random(4); sets > 0; sets--)
    mutant[random(Math.min(mutant.length, HEADER_REGION))] = random(256);
  return mutant;
};

const truncate: Mutation = (frame, random) => frame.slice(0, random(frame.length));

const extend: Mutation = (frame, random) => {
  const mutant = new Uint8Array(frame.length + 1 + random(64));
  mutant.set(frame);
  if (random(2) === 0) mutant.fill(random(256), frame.length);
  return mutant;
};

/** The start of one frame and the end of another. */
const splice: Mutation = (frame, random, corpus) => {
  const other = corpus[random(corpus.length)]!;
  const start = frame.subarray(0, random(frame.length));
  const end = other.subarray(random(other.length));
  const mutant = new Uint8Array(start.length + end.length);
  mutant.set(start);
  mutant.set(end, start.length);
  return mutant;
};

/** A header length that lies, with the rest as it was. */
const lieAboutLength: Mutation = (frame, random) => {
  const mutant = frame.slice();
  new DataView(mutant.buffer).setUint32(
    0,
    random(2) === 0 ? random(frame.length + 16) : random(2 ** 32),
    true,
  );
  return mutant;
};

/** A frame of the right lengths around a header of random bytes, most of them ones that msgpack gives a meaning. */
const randomHeader: Mutation = (_, random) => {
  const headerLength = 1 + random(120);
  const mutant = new Uint8Array(Math.ceil((4 + headerLength) / 8) * 8);
  new DataView(mutant.buffer).setUint32(0, headerLength, true);
  mutant[4] = 0x80 + random(16);
  for (let i = 5; i < 4 + headerLength; i++) mutant[i] = random(3) === 0 ? random(256) : 0x80 + random(0x60);
  return mutant;
};

const MUTATIONS: readonly Mutation[] = [
  flipBits,
  setBytes,
  truncate,
  extend,
  splice,
  lieAboutLength,
  randomHeader,
];

/** A damaged frame made from those of `corpus`, at a random alignment. */
export function mutant(corpus: readonly Uint8Array[], random: RandomInteger): Uint8Array {
  const frame = corpus[random(corpus.length)]!;
  const mutated = MUTATIONS[random(MUTATIONS.length)]!(frame, random, corpus);
  const offset = random(8);
  const placed = new Uint8Array(mutated.length + offset).subarray(offset);
  placed.set(mutated);
  return placed;
}
