import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endOf, FIRST_STEERING_STATE, resolveSteering, steered, type SteeringState } from './steering.ts';

/** The states after each of `values`. */
function after(given: object, values: readonly number[]): SteeringState[] {
  const spec = resolveSteering(given);
  let state = FIRST_STEERING_STATE;
  return values.map((value, index) => (state = steered(spec, state, value, index + 1)));
}
const ratesOf = (given: object, values: readonly number[]): number[] =>
  after(given, values).map(({ rateFactor }) => rateFactor);

describe('steering by evaluations', () => {
  it('takes the first finite figure as the best, and one that is no number for bad', () => {
    // Keras 3.15 keeps a first NaN as the best for ever.
    const states = after({}, [NaN, Infinity, 5, NaN, 4]);
    expect(states.map(({ best }) => best)).toEqual([undefined, undefined, 5, 5, 4]);
    expect(states.map(({ bad }) => bad)).toEqual([1, 2, 0, 1, 0]);
  });

  it('keeps the earlier of equals, and of what differs by less than the threshold', () => {
    const { bestStep, best } = after({ threshold: 0.1 }, [10, 9.5, 10, 8.9]).at(-1)!;
    expect([bestStep, best]).toEqual([4, 8.9]);
    expect(after({ threshold: 0 }, [3, 3, 3]).at(-1)!.bestStep).toBe(1);
  });

  it('takes a higher accuracy for better, and a lower loss, also below zero', () => {
    expect(after({ monitor: 'accuracy' }, [0.5, 0.7, 0.6]).at(-1)!.bestStep).toBe(2);
    // PyTorch 2.13 and optax 0.2.8 take -1.0001 for no better than -1 with a relative threshold, and never cut the rate as they should.
    expect(after({}, [-1, -2, -3]).map(({ bestStep }) => bestStep)).toEqual([1, 2, 3]);
    expect(after({}, [-3, -2, -1]).map(({ bestStep }) => bestStep)).toEqual([1, 1, 1]);
  });

  it('keeps the best by any improvement, the earlier of equals, nothing that is no number', () => {
    const keptSteps = (given: object, values: readonly number[]): (number | undefined)[] =>
      after({ keepBest: true, ...given }, values).map(({ kept }) => kept?.step);
    expect(keptSteps({}, [NaN, 1, 1, 0.99999, Infinity, -1, -0.5])).toEqual([undefined, 2, 2, 4, 4, 6, 6]);
    expect(keptSteps({ monitor: 'accuracy' }, [0, 0.5, NaN, 0.5, 0.500001])).toEqual([1, 2, 2, 2, 5]);
    expect(keptSteps({ monitor: 'r2' }, [-3, -2, -2.5])).toEqual([1, 2, 2]);
    expect(after({}, [1, 0.5]).at(-1)).not.toHaveProperty('kept');
  });

  it('lowers the rate at bad evaluation patience + 1, waits out the cooldown, and goes no lower than it may', () => {
    const plateau = { factor: 0.5, patience: 1 };
    expect(ratesOf({ plateau }, [1, 1, 1, 1, 1, 1, 1])).toEqual([1, 1, 0.5, 0.5, 0.25, 0.25, 0.125]);
    const cooled = { ...plateau, cooldown: 1, least: 0.25 };
    expect(ratesOf({ plateau: cooled }, [1, 1, 1, 1, 1, 1, 1, 1, 1])).toEqual([
      ...[1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25],
    ]);
  });

  it('ends a run after patience bad evaluations and one more', () => {
    const spec = resolveSteering({ patience: 2 });
    const ends = after({ patience: 2 }, [1, 2, 2, 2]).map((state) => endOf(spec, state));
    expect(ends).toEqual([undefined, undefined, undefined, 'no better evaluation since step 1, 3 in a row']);
    expect(endOf(resolveSteering({}), after({}, [1, 2, 3, 4, 5]).at(-1)!)).toBeUndefined();
  });

  it('is the same for a run that was interrupted between any two evaluations', () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { minLength: 1, maxLength: 20 }), fc.nat(), (values, cut) => {
        const spec = resolveSteering({ plateau: { patience: 1, cooldown: 1 }, patience: 3 });
        let state = FIRST_STEERING_STATE;
        values.forEach((value, index) => {
          if (index === cut % values.length) state = JSON.parse(JSON.stringify(state)) as SteeringState;
          state = steered(spec, { ...FIRST_STEERING_STATE, ...state }, value, index + 1);
        });
        expect(state).toEqual(after(spec, values).at(-1));
      }),
    );
  });

  it.each([
    [{ patience: -1 }, 'steering.patience: expected a number from 0'],
    [{ monitor: 'accuracies' }, 'steering.monitor.type: expected one of accuracy'],
    [{ monitor: 'confusion-matrix' }, 'says neither better nor worse'],
    [{ plateau: { factor: 1 } }, 'steering.plateau.factor: expected a number below 1'],
    [{ patients: 3 }, 'steering.patients: there is no such field'],
  ])('is refused as %j', (given, message) => {
    expect(() => resolveSteering(given)).toThrowError(message);
  });
});
