/** The instruction sets that the kernels are built for, widest vectors first. */
export const VARIANTS = ['avx512', 'avx2', 'sse2', 'neon'] as const;
export type Variant = (typeof VARIANTS)[number];

/** What runs on every machine of an architecture, in Node's names; it can be asked what the processor has. */
const BASELINES: Readonly<Record<string, Variant>> = { x64: 'sse2', arm64: 'neon' };
export const baselineOf = (arch: string): Variant | undefined => BASELINES[arch];

/** Bits of `lockstep_features` that a variant needs beyond the baseline. */
const NEEDED_FEATURES: Readonly<Record<Variant, number>> = { avx512: 2, avx2: 1, sse2: 0, neon: 0 };

/** For people. */
export const VARIANT_NAMES: Readonly<Record<Variant, string>> = {
  avx512: 'AVX-512',
  avx2: 'AVX2',
  sse2: 'SSE2',
  neon: 'NEON',
};

/** Whether a processor with these features runs a variant of its own architecture. */
export const runsVariant = (variant: Variant, features: number): boolean =>
  (features & NEEDED_FEATURES[variant]) === NEEDED_FEATURES[variant];

/**
 * What the environment variable LOCKSTEP_NATIVE asks for: one variant, none at all (`off`), or nothing in particular.
 * @returns undefined when it is something else
 */
export function parseOverride(text: string | undefined): Variant | 'off' | 'any' | undefined {
  if (text === undefined || text === '') return 'any';
  return (['off', ...VARIANTS] as const).find((known) => known === text);
}
