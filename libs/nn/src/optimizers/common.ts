import * as v from 'valibot';
import { nonNegative, positive } from './optimizer.ts';

/** What a group's parameters have otherwise than the rest. */
export interface ParameterGroup {
  /** Their names, `*` standing for anything: "*.bias", "layers.0.*". The first group that fits a parameter takes it. */
  readonly match: string;
  readonly weightDecay?: number;
  /** What the learning rate is multiplied with. */
  readonly rate?: number;
}

/** What every kind of optimizer can be told. */
export interface CommonSettings {
  readonly weightDecay: number;
  /** Whether weights shrink by lr * weightDecay beside the gradient, or weightDecay * w is part of it, clipped no more. */
  readonly decoupled: boolean;
  /** What decays where no group says it; "matrices": no bias, and no scale or shift of a normalisation. */
  readonly decays?: 'all' | 'matrices';
  /** Elements of the mean gradient beyond it are set to it; before `clipNorm`. */
  readonly clipValue?: number;
  /** What the norm of the whole mean gradient is at most, about. */
  readonly clipNorm?: number;
  readonly groups?: readonly ParameterGroup[];
}

const group = v.strictObject({
  match: v.pipe(v.string(), v.nonEmpty('expected names of parameters, such as "*.bias"')),
  weightDecay: v.exactOptional(nonNegative),
  rate: v.exactOptional(nonNegative),
});

/** Of what is left out nothing is said. */
export const common = v.strictObject({
  weightDecay: v.exactOptional(nonNegative),
  decoupled: v.exactOptional(v.boolean()),
  decays: v.exactOptional(v.picklist(['all', 'matrices'])),
  clipValue: v.exactOptional(positive),
  clipNorm: v.exactOptional(positive),
  groups: v.exactOptional(
    v.pipe(v.array(group), v.minLength(1, 'expected a group'), v.maxLength(64, 'expected up to 64 groups')),
  ),
});
