import manifest from '../../../package.json' with { type: 'json' };

/** The version of Lockstep that this coordinator is part of. */
export const version: string = manifest.version;
