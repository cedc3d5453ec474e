import type { Engine } from '../engine.ts';
import type { Finding } from '../workload/findings.ts';

/** An engine that fails to run. */
export const engine: Engine = {
  name: 'some',
  title: (version = '1') => `Some ${version} (Engine)`,
  isInCi: true,
  debianPackages: ['some-package'],
  missing: () => undefined,
  run: async () => {
    throw new Error('it crashed');
  },
};

/** An engine that finds what it is told to. */
export const engineThatFinds = (findings: readonly Finding[], thread = ''): Engine => ({
  ...engine,
  run: async () => ({ version: '1.2', threads: [{ thread, findings }] }),
});
