import type { TensorSlot } from '@lockstep/nn';
import * as v from 'valibot';
import { CheckpointError } from './checkpoint-error.ts';

/** Bytes of a float32. */
export const BYTES_PER_ELEMENT = 4;

const MAX_RANK = 8;
/** No digit first, since JavaScript moves such keys to the front, and nothing that needs care in a path or an attribute. */
const TENSOR_NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,199}$/;

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const entrySchema = v.strictObject({
  dtype: v.literal('F32'),
  shape: v.pipe(v.array(v.pipe(whole, v.minValue(1))), v.minLength(1), v.maxLength(MAX_RANK)),
  data_offsets: v.strictTuple([whole, whole]),
});

/** One tensor as a safetensors header describes it: offsets are in bytes from the end of the header. */
type TensorEntry = v.InferOutput<typeof entrySchema>;

/**
 * The tensors of a header from the slots of a flat buffer, in layout order.
 * @throws {CheckpointError} `bad-tensors` when the slots are not the whole buffer in order
 */
export function tableOf(slots: readonly TensorSlot[], length: number): Record<string, TensorEntry> {
  const table: Record<string, TensorEntry> = {};
  for (const { name, shape, offset, length: elements } of slots) {
    if (Object.hasOwn(table, name)) throw badTensor(name, 'is there twice');
    const begin = offset * BYTES_PER_ELEMENT;
    table[name] = {
      dtype: 'F32',
      shape: [...shape],
      data_offsets: [begin, begin + elements * BYTES_PER_ELEMENT],
    };
  }
  const covered = elementCountOf(slotsOf(table));
  if (covered !== length) {
    const detail = `the tensors hold ${covered} of ${length} weights`;
    throw new CheckpointError('bad-tensors', `${detail}; give the slots of the whole layout`);
  }
  return table;
}

/**
 * The slots a header's tensors stand for. The tensors have to lie one after the other in the header's order, from 0 on: so none
 * overlap, none run past the end, and no byte belongs to nobody.
 * @param table what the header holds besides its metadata: any JSON value under any name
 * @throws {CheckpointError} `bad-tensors`
 */
export function slotsOf(table: Readonly<Record<string, unknown>>): TensorSlot[] {
  let end = 0;
  const slots = Object.entries(table).map(([name, value]): TensorSlot => {
    if (!TENSOR_NAME.test(name)) throw badTensor(name, 'has a name that is not allowed');
    const entry = v.safeParse(entrySchema, value);
    if (!entry.success) throw badTensor(name, `is not described as it should be: ${entry.issues[0].message}`);
    const { shape, data_offsets: offsets } = entry.output;
    const length = shape.reduce((product, dimension) => product * dimension, 1);
    const expectedEnd = end + length * BYTES_PER_ELEMENT;
    if (!Number.isSafeInteger(expectedEnd)) throw badTensor(name, 'is larger than any memory');
    if (offsets[0] !== end || offsets[1] !== expectedEnd) {
      throw badTensor(name, `lies at bytes ${offsets.join(' to ')} instead of ${end} to ${expectedEnd}`);
    }
    const slot = { name, shape, offset: end / BYTES_PER_ELEMENT, length };
    end = expectedEnd;
    return slot;
  });
  if (slots.length === 0) {
    throw new CheckpointError('bad-tensors', 'there is no tensor; use another checkpoint');
  }
  return slots;
}

/** Elements of the flat buffer that `slots` are the whole of. */
export function elementCountOf(slots: readonly TensorSlot[]): number {
  const last = slots.at(-1);
  return last === undefined ? 0 : last.offset + last.length;
}

function badTensor(name: string, what: string): CheckpointError {
  const shown = JSON.stringify(name.slice(0, 64));
  return new CheckpointError('bad-tensors', `tensor ${shown} ${what}; use another checkpoint`);
}
