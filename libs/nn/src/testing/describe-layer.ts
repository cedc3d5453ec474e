import { referenceBackend } from '@lockstep/math';
import { describe, expect, it } from 'vitest';
import { layerKinds, type LayerSpec } from '../layers/index.ts';
import { sizeOf, type LayerSums, type Shape } from '../layers/layer.ts';
import { FIRST_PASS, wave } from './models.ts';

const ROWS = 13;
const LEAF_ROWS = 4;

/** A step small enough for slopes, large enough for float32. */
const STEP = 2 ** -7;
/** Of finite differences in float32, relative to the largest slope. */
const TOLERANCE = 2e-3;

const zeros = (length: number): Float32Array => new Float32Array(length);
const bitsOf = (tensor: Float32Array): Uint32Array => new Uint32Array(tensor.slice().buffer);

/** What every kind of layer promises, on one example of it. */
export function describeLayer(spec: LayerSpec, inputShape: Shape, ...otherShapes: readonly Shape[]): void {
  const kind = layerKinds.of(spec.type);
  const outputShape = kind.outputShape(spec, inputShape, ...otherShapes);
  const parameterSpecs = kind.parameters(spec, inputShape);
  const [inputs, outputs] = [sizeOf(inputShape), sizeOf(outputShape)];
  const input = wave(ROWS * inputs, 0.3);
  const outputError = wave(ROWS * outputs, 1.9);
  const others = otherShapes.map((shape, index) => wave(ROWS * sizeOf(shape), index + 2.3));
  const parameters = parameterSpecs.map(({ shape }, index) => wave(sizeOf(shape), index + 0.7));

  /** The rows first .. last - 1 of the example, on buffers of their own. */
  const runOf = (first: number, last: number, changed: Partial<LayerSums> = {}): LayerSums => {
    const ofRows = (tensor: Float32Array): Float32Array =>
      tensor.slice((first * tensor.length) / ROWS, (last * tensor.length) / ROWS);
    const ofInput = changed.input ?? ofRows(input);
    return {
      ...{
        spec,
        index: 2,
        backend: referenceBackend,
        rows: last - first,
        inputShape,
        outputShape,
        parameters,
      },
      input: ofInput,
      inputs: [ofInput, ...others.map(ofRows)],
      buffers: (kind.buffers?.(spec, inputShape) ?? []).map((shape) => zeros((last - first) * sizeOf(shape))),
      pass: { ...FIRST_PASS, firstRow: first },
      output: zeros((last - first) * outputs),
      outputError: outputError.slice(first * outputs, last * outputs),
      inputError: zeros((last - first) * inputs),
      gradients: parameterSpecs.map(({ shape }) => zeros(sizeOf(shape))),
      ...{ leafRows: LEAF_ROWS, ordinal: 1, share: 0, shares: 1 },
      ...changed,
    };
  };

  /** As a network does it: what only changes the shape, or passes errors on, is not called. */
  function forward(run: LayerSums): void {
    if (kind.isView === true) run.output.set(run.input);
    else kind.forward(run);
  }

  function backward(run: LayerSums): void {
    if (kind.isView === true || kind.passesError === true) run.inputError!.set(run.outputError);
    else kind.backward(run);
  }

  /** Forward and back. */
  function propagated(run: LayerSums): LayerSums {
    forward(run);
    backward(run);
    return run;
  }

  /** sum of output * outputError, in float64: the loss whose gradient `backward` and `accumulate` give. */
  function loss(changed: Partial<LayerSums>): number {
    const run = runOf(0, ROWS, changed);
    forward(run);
    return run.output.reduce((sum, value, i) => sum + value * outputError[i]!, 0);
  }

  /** Holds `slopes` against finite differences of the loss, with `values` moved one by one. */
  function expectSlopes(slopes: Float32Array, values: Float32Array, lossOf: (moved: Float32Array) => number) {
    const largest = slopes.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
    for (let at = 0; at < values.length; at += Math.ceil(values.length / 23)) {
      const [above, below] = [values.slice(), values.slice()];
      above[at]! += STEP;
      below[at]! -= STEP;
      const slope = (lossOf(above) - lossOf(below)) / (above[at]! - below[at]!);
      expect(Math.abs(slope - slopes[at]!)).toBeLessThan(TOLERANCE * largest);
    }
  }

  describe(`a layer of kind ${spec.type}`, () => {
    const whole = propagated(runOf(0, ROWS));

    it('computes each row from itself alone', () => {
      for (const [first, last] of [
        [0, 1],
        [4, 9],
        [12, 13],
      ] as const) {
        const part = propagated(runOf(first, last));
        expect(bitsOf(part.output)).toEqual(bitsOf(whole.output.subarray(first * outputs, last * outputs)));
        const error = whole.inputError!.subarray(first * inputs, last * inputs);
        expect(bitsOf(part.inputError!)).toEqual(bitsOf(error));
      }
    });

    it('hands back the slope of the loss by its input', () => {
      expectSlopes(whole.inputError!, input, (moved) => loss({ input: moved }));
    });

    if (kind.isInPlace && kind.isView === undefined)
      it('gives the same bits in place, and has no parameters then', () => {
        expect(parameterSpecs).toEqual([]);
        expect(outputShape).toEqual(inputShape);
        const error = outputError.slice();
        const forth = kind.needs.input ? {} : { input: input.slice() };
        const output = forth.input ?? zeros(ROWS * outputs);
        const run = propagated(runOf(0, ROWS, { ...forth, output, outputError: error, inputError: error }));
        expect(bitsOf(run.output)).toEqual(bitsOf(whole.output));
        expect(bitsOf(error)).toEqual(bitsOf(whole.inputError!));
      });

    it('reads nothing but what it says it needs', () => {
      const spoilt = (isNeeded: boolean, tensor: Float32Array): Float32Array =>
        isNeeded ? tensor : tensor.map(() => NaN);
      const run = runOf(0, ROWS, {
        input: spoilt(kind.needs.input, input),
        output: spoilt(kind.needs.output, whole.output),
        buffers: whole.buffers,
      });
      backward(run);
      expect(bitsOf(run.inputError!)).toEqual(bitsOf(whole.inputError!));
      kind.accumulate?.(run);
      for (const gradient of run.gradients) expect(gradient!.every(Number.isFinite)).toBe(true);
    });

    if (parameterSpecs.length > 0)
      it('sums the slopes of the loss by its parameters over the rows', () => {
        kind.accumulate!(whole);
        whole.gradients.forEach((gradient, index) =>
          expectSlopes(gradient!, parameters[index]!, (moved) =>
            loss({ parameters: parameters.with(index, moved) }),
          ),
        );
      });

    if (parameterSpecs.length > 0)
      it('gives the same sums by shares, each element written once', () => {
        kind.accumulate!(whole);
        for (const shares of [2, 3, 7]) {
          const sums = parameterSpecs.map(({ shape }) => zeros(sizeOf(shape)));
          for (let share = 0; share < shares; share++) {
            const gradients = sums.map((sum) => new Float32Array(sum.length).fill(NaN));
            kind.accumulate!({ ...whole, gradients, share, shares });
            gradients.forEach((gradient, index) =>
              gradient.forEach((value, i) => {
                if (!Number.isNaN(value)) sums[index]![i]! += value;
              }),
            );
          }
          sums.forEach((sum, index) => expect(sum).toEqual(whole.gradients[index]));
        }
      });

    if (parameterSpecs.length > 0)
      it('sums nothing for a parameter that is frozen, and the same for the others', () => {
        kind.accumulate!(whole);
        parameterSpecs.forEach((_, frozen) => {
          const gradients = parameterSpecs.map(({ shape }, index) =>
            index === frozen ? undefined : zeros(sizeOf(shape)),
          );
          kind.accumulate!({ ...whole, gradients });
          gradients.forEach((sum, index) => {
            if (sum !== undefined) expect(sum).toEqual(whole.gradients[index]);
          });
        });
      });

    const together = Object.entries(kind.forwardWith ?? {});
    if (together.length > 0)
      it('gives the same bits in one pass with the layer that comes next', () => {
        for (const [type, inOnePass] of together) {
          const next = layerKinds.of(type);
          const output = whole.output.slice();
          next.forward(runOf(0, ROWS, { input: output, output, inputShape: outputShape }));
          const run = runOf(0, ROWS);
          inOnePass!(run);
          expect(bitsOf(run.output)).toEqual(bitsOf(output));
        }
      });
  });
}
