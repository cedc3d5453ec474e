import type { TensorSlot } from '../layout.ts';
import { badSpec } from '../kinds/parse-spec.ts';
import type { TrainedLayout } from './frozen.ts';
import type { OptimizerSpec } from './index.ts';
import type { CommonSettings, ParameterGroup } from './common.ts';
import { patternOf } from './name-pattern.ts';
import type { OptimizerSlot } from './optimizer.ts';

/** Parameters that lie together and are stepped together: elements [start, end) of the flat buffer. */
export interface Segment {
  readonly start: number;
  readonly end: number;
  /** Relative to `start`. */
  readonly slots: readonly OptimizerSlot[];
  readonly weightDecay: number;
  /** What the learning rate is multiplied with. */
  readonly rate: number;
}

/**
 * The parameters of `layout` that are trained, in as few segments as their settings allow.
 * @throws {NetworkError} `bad-optimizer` where a group fits no parameter
 */
export function segmentsOf(spec: OptimizerSpec, { slots, frozen }: TrainedLayout): readonly Segment[] {
  const groups = (spec.groups ?? []).map((group) => ({ group, fits: patternOf(group.match) }));
  const idle = groups.findIndex(({ fits }) => !slots.some(({ name }) => fits.test(name)));
  if (idle >= 0) {
    const { match } = groups[idle]!.group;
    throw badSpec(
      { code: 'bad-optimizer', path: 'optimizer' },
      `groups.${idle}.match`,
      `${JSON.stringify(match)} fits no parameter; there are ${slots.map(({ name }) => name).join(', ')}`,
    );
  }
  const output = slots.findLast(({ shape }) => shape.length > 1);
  const segments: Segment[] = [];
  for (const slot of slots) {
    if (frozen?.has(slot.name) === true) continue;
    const group = groups.find(({ fits }) => fits.test(slot.name))?.group;
    const settings = settingsOf(spec, group, slot);
    const last = segments.at(-1);
    const isNext = last?.end === slot.offset;
    const isSame = isNext && last.weightDecay === settings.weightDecay && last.rate === settings.rate;
    const { start, slots: before } = isSame ? last : { start: slot.offset, slots: [] };
    const end = slot.offset + slot.length;
    const placed = {
      shape: slot.shape,
      start: slot.offset - start,
      end: end - start,
      isOutput: slot === output,
    };
    if (isSame) segments.pop();
    segments.push({ start, end, slots: [...before, placed], ...settings });
  }
  return segments;
}

function settingsOf(
  { weightDecay, decays }: CommonSettings,
  group: ParameterGroup | undefined,
  { shape }: TensorSlot,
): Pick<Segment, 'weightDecay' | 'rate'> {
  const isSpared = decays === 'matrices' && shape.length < 2;
  return { weightDecay: group?.weightDecay ?? (isSpared ? 0 : weightDecay), rate: group?.rate ?? 1 };
}
