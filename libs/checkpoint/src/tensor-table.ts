import type { TensorSlot } from '@lockstep/nn';
import * as v from 'valibot';
import { CheckpointError } from './checkpoint-error.ts';

/** Bytes of an element. */
const BYTES = { F32: 4, F64: 8 } as const;
type Dtype = keyof typeof BYTES;

/** One flat buffer of a file, in the layout of the parameters: each has a tensor there under its name with `prefix` before it. */
export interface Section {
  readonly prefix: string;
  readonly dtype: Dtype;
}

/** The weights, under the names of the parameters: the first section of every file. */
export const WEIGHTS: Section = { prefix: '', dtype: 'F32' };

const MAX_RANK = 8;
/** No digit first, since JavaScript moves such keys to the front, and nothing that needs care in a path or an attribute. */
const TENSOR_NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,199}$/;

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const entrySchema = v.strictObject({
  dtype: v.picklist(['F32', 'F64']),
  shape: v.pipe(v.array(v.pipe(whole, v.minValue(1))), v.minLength(1), v.maxLength(MAX_RANK)),
  data_offsets: v.strictTuple([whole, whole]),
});

/** One tensor as a safetensors header describes it: offsets are in bytes from the end of the header. */
type TensorEntry = v.InferOutput<typeof entrySchema>;

/**
 * The tensors of a header from the slots of a flat buffer, in layout order, section after section.
 * @throws {CheckpointError} `bad-tensors` when the slots are not the whole buffer in order
 */
export function tableOf(
  slots: readonly TensorSlot[],
  length: number,
  sections: readonly Section[],
): Record<string, TensorEntry> {
  const table: Record<string, TensorEntry> = {};
  let base = 0;
  for (const { prefix, dtype } of sections) {
    for (const { name: parameter, shape, offset, length: elements } of slots) {
      const name = prefix + parameter;
      if (Object.hasOwn(table, name)) throw badTensor(name, 'is there twice');
      const begin = base + offset * BYTES[dtype];
      table[name] = { dtype, shape: [...shape], data_offsets: [begin, begin + elements * BYTES[dtype]] };
    }
    base += length * BYTES[dtype];
  }
  const covered = elementCountOf(slotsOf(table, sections));
  if (covered !== length) {
    const detail = `the tensors hold ${covered} of ${length} weights`;
    throw new CheckpointError('bad-tensors', `${detail}; give the slots of the whole layout`);
  }
  return table;
}

/**
 * The slots a header's tensors stand for. The tensors have to lie one after the other in the header's order, from 0 on: so none
 * overlap, none run past the end, and no byte belongs to nobody. Every section has to have the tensors of the first.
 * @param table what the header holds besides its metadata: any JSON value under any name
 * @throws {CheckpointError} `bad-tensors`
 */
export function slotsOf(
  table: Readonly<Record<string, unknown>>,
  sections: readonly Section[],
): readonly TensorSlot[] {
  const entries = Object.entries(table);
  const count = Math.floor(entries.length / sections.length);
  const slots: TensorSlot[] = [];
  let end = 0;
  for (const [index, [name, value]] of entries.entries()) {
    const section = Math.min(Math.floor(index / count), sections.length - 1);
    const { prefix, dtype } = sections[section]!;
    const { shape, end: next } = readEntry(name, value, dtype, end);
    if (section === 0) {
      slots.push({ name, shape, offset: end / BYTES[dtype], length: (next - end) / BYTES[dtype] });
    } else {
      const twin = slots[index - section * count];
      const isTwin = name === prefix + (twin?.name ?? '') && shape.join() === twin?.shape.join();
      if (!isTwin) throw badTensor(name, `stands where ${prefix}${twin?.name ?? '*'} should, in its shape`);
    }
    end = next;
  }
  if (slots.length === 0) {
    throw new CheckpointError('bad-tensors', 'there is no tensor; use another checkpoint');
  }
  return slots;
}

/** One tensor of a header, which has to begin at `begin`. */
function readEntry(
  name: string,
  value: unknown,
  dtype: Dtype,
  begin: number,
): { readonly shape: readonly number[]; readonly end: number } {
  if (!TENSOR_NAME.test(name)) throw badTensor(name, 'has a name that is not allowed');
  const entry = v.safeParse(entrySchema, value);
  if (!entry.success) throw badTensor(name, `is not described as it should be: ${entry.issues[0].message}`);
  const { shape, data_offsets: offsets } = entry.output;
  if (entry.output.dtype !== dtype) throw badTensor(name, `is of ${entry.output.dtype} instead of ${dtype}`);
  const length = shape.reduce((product, dimension) => product * dimension, 1);
  const end = begin + length * BYTES[dtype];
  if (!Number.isSafeInteger(end)) throw badTensor(name, 'is larger than any memory');
  if (offsets[0] !== begin || offsets[1] !== end) {
    throw badTensor(name, `lies at bytes ${offsets.join(' to ')} instead of ${begin} to ${end}`);
  }
  return { shape, end };
}

/** Elements of the flat buffer that `slots` are the whole of. */
export function elementCountOf(slots: readonly TensorSlot[]): number {
  const last = slots.at(-1);
  return last === undefined ? 0 : last.offset + last.length;
}

/** Bytes of a section with `elements` elements. */
export const bytesOf = ({ dtype }: Section, elements: number): number => elements * BYTES[dtype];

function badTensor(name: string, what: string): CheckpointError {
  const shown = JSON.stringify(name.slice(0, 64));
  return new CheckpointError('bad-tensors', `tensor ${shown} ${what}; use another checkpoint`);
}
