import type { ViewerRole } from '@lockstep/protocol';
import { isToken, makeToken } from '../token.ts';

/** The secrets of a run; undefined where nobody is asked for one. */
export interface RunTokens {
  readonly worker: string | undefined;
  readonly viewer: string | undefined;
  readonly admin: string;
}

/** What a run's secrets follow from. */
export interface TokenChoice {
  readonly isLoopback: boolean;
  /** Volunteers come in without a token, wherever the coordinator listens. */
  readonly isOpen: boolean;
  readonly given: GivenTokens;
  /** Those that an earlier start of the run made. */
  readonly kept?: GivenTokens;
}

/** Tokens, for those roles that have one. */
export interface GivenTokens {
  readonly worker?: string | undefined;
  readonly viewer?: string | undefined;
  readonly admin?: string | undefined;
}

/** On this machine alone nobody is kept out, but orders are still the administrator's. */
export function chooseTokens({ isLoopback, isOpen, given, kept = {} }: TokenChoice): RunTokens {
  const fallback = (role: 'worker' | 'viewer'): string | undefined =>
    isLoopback ? undefined : (kept[role] ?? makeToken());
  return {
    worker: given.worker ?? (isOpen ? undefined : fallback('worker')),
    viewer: given.viewer ?? fallback('viewer'),
    admin: given.admin ?? kept.admin ?? makeToken(),
  };
}

/** Whether who shows this token, or none, may watch in that role. An administrator may be anything. */
export function mayWatch(tokens: RunTokens, role: ViewerRole, token: string | undefined): boolean {
  const isAdmin = isToken(token, tokens.admin);
  if (role === 'admin' || isAdmin) return isAdmin;
  const secret = role === 'volunteer' ? tokens.worker : tokens.viewer;
  return secret === undefined || isToken(token, secret);
}
