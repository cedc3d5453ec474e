import { sizeOf } from '../layers/layer.ts';
import { ROWS, type PlacedLayer } from './placed-layers.ts';

/** Where the errors of a layer lie; numbers are places in `NetworkPlan.widths`. */
export interface ErrorPlan {
  /** Where dloss/d(output) lies; nothing where neither this layer nor one before it learns. */
  readonly outputError: number | undefined;
  /** What dloss/d(output) is summed from where several layers read the output: one for each of them, ascending. */
  readonly summedFrom: readonly number[];
  /** Where dloss/d(input) is to go; nothing where no layer before learns, or where it lies there already. */
  readonly inputError: number | undefined;
}

/** A buffer with an error in it. */
interface Place {
  readonly buffer: number;
  /** Somebody else reads it later: no layer may overwrite it. */
  readonly isShared: boolean;
}

/**
 * Where dloss/d(output) of each layer lies, from the last to the first.
 * @param learnsItself of each layer, whether it has parameters that are not frozen
 * @param readers of each layer, those that read it
 * @param buffer makes another one, of so many elements a row
 */
export function errorsOf(
  placed: readonly PlacedLayer[],
  learnsItself: readonly boolean[],
  readers: readonly (readonly number[])[],
  buffer: (width: number) => number,
): readonly ErrorPlan[] {
  const learns = learnersOf(placed, learnsItself);
  const outputErrors: (Place | undefined)[] = placed.map(() => undefined);
  const summedFrom: (readonly number[])[] = placed.map(() => []);
  const inputErrors: (number | undefined)[] = placed.map(() => undefined);

  /** Where a reader of `source` leaves the error of what it read. */
  function leftBy(reader: number, source: number): Place {
    const { kind, from } = placed[reader]!;
    const own = outputErrors[reader]!;
    if (kind.passesError === true || kind.isView === true) {
      return { buffer: own.buffer, isShared: own.isShared || from.length > 1 };
    }
    const place =
      kind.isInPlace && !own.isShared
        ? own
        : { buffer: buffer(sizeOf(placed[source]!.outputShape)), isShared: false };
    inputErrors[reader] = place.buffer;
    return place;
  }

  for (let index = placed.length - 1; index >= 0; index--) {
    if (!learns[index]!) continue;
    const width = sizeOf(placed[index]!.outputShape);
    // The loss reads the error of the last output once more: no layer may overwrite that.
    if (index === placed.length - 1) outputErrors[index] = { buffer: buffer(width), isShared: true };
    else {
      const left = readers[index]!.map((reader) => leftBy(reader, index));
      if (left.length === 1) outputErrors[index] = left[0];
      else {
        summedFrom[index] = left.map((place) => place.buffer);
        outputErrors[index] = { buffer: buffer(width), isShared: false };
      }
    }
  }
  return placed.map((_, index) => ({
    outputError: outputErrors[index]?.buffer,
    summedFrom: summedFrom[index]!,
    inputError: inputErrors[index],
  }));
}

/** Of each layer, whether it or one before it learns: only those want an error. */
function learnersOf(placed: readonly PlacedLayer[], learnsItself: readonly boolean[]): readonly boolean[] {
  const learns: boolean[] = [];
  for (const [index, { from }] of placed.entries()) {
    learns.push(learnsItself[index]! || from.some((at) => at !== ROWS && learns[at]!));
  }
  return learns;
}
