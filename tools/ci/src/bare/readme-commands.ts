import type { Seen } from './enter.ts';
import type { Options } from './options.ts';
import { judgeStart, judgeTests, type Outcome } from './outcome.ts';

export interface ReadmeCommand {
  readonly command: string;
  /** Whether there is a network but for the loopback. */
  readonly isOnline: boolean;
  judge(what: string, seen: Seen): Outcome;
}

/**
 * What is run on a machine, in this order: the README's commands, each again without a network once its caches are filled. Results that Nx
 * keeps are no part of these: the tests run again too.
 */
export function commandsOf({
  hasTests,
  isOfflineToo,
}: Pick<Options, 'hasTests' | 'isOfflineToo'>): readonly ReadmeCommand[] {
  const wanted = [
    { online: 'npm start', offline: 'npm start', judge: judgeStart },
    ...(hasTests ? [{ online: 'npm test', offline: 'npm test -- --skip-nx-cache', judge: judgeTests }] : []),
  ];
  return wanted.flatMap(({ online, offline, judge }) => [
    { command: `npm ci && ${online}`, isOnline: true, judge },
    ...(isOfflineToo ? [{ command: `npm ci --prefer-offline && ${offline}`, isOnline: false, judge }] : []),
  ]);
}
