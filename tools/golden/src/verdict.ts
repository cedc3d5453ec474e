import type { Engine, EngineFindings } from './engine.ts';
import type { Finding } from './workload/findings.ts';

/** What the reference gives, which every other finding is held against. */
export interface Expected {
  readonly digest: string;
  readonly sections: Readonly<Record<string, string>>;
}

/** One line of the table. */
export interface Row {
  /** The engine's name, as `--only` takes it. */
  readonly engine: string;
  /** What it is, with its version once it ran: "Node 22.23.3 (V8)". */
  readonly title: string;
  readonly version?: string;
  /** "page", "Web Worker", or nothing where there is one kind of thread. */
  readonly thread: string;
  readonly backend: string;
  /** Absent when the backend, or the whole engine, did not run. */
  readonly digest?: string;
  readonly verdict: 'equal' | 'NOT EQUAL' | 'not run';
  /** Which sections differ, or why it was not run. */
  readonly detail: string;
  /** Nothing is wrong when it is not run, even if its engine was asked for. */
  readonly isOptional: boolean;
  /** It is known not to be equal, so that nothing is wrong with that either. */
  readonly isKnown: boolean;
}

/** The rows of an engine that ran. */
export const rowsOf = (engine: Engine, { version, threads }: EngineFindings, expected: Expected): Row[] =>
  threads.flatMap(({ thread, findings }) =>
    findings.map((finding) => ({
      engine: engine.name,
      title: engine.title(version),
      version,
      thread,
      backend: finding.backend,
      ...(finding.digest !== undefined && { digest: finding.digest }),
      ...judge(finding, expected, whyKnown(engine, finding)),
      isOptional: finding.isOptional ?? false,
      isKnown: whyKnown(engine, finding) !== undefined,
    })),
  );

/** The row of an engine that did not run, and why. */
export const notRun = (engine: Engine, why: string): Row => ({
  engine: engine.name,
  title: engine.title(),
  thread: '',
  backend: '',
  verdict: 'not run',
  detail: why,
  isOptional: false,
  isKnown: false,
});

const whyKnown = ({ known }: Engine, { backend }: Finding): string | undefined =>
  known?.backends.includes(backend) === true ? known.why : undefined;

function judge(
  { digest, sections, missing }: Finding,
  expected: Expected,
  why: string | undefined,
): Pick<Row, 'verdict' | 'detail'> {
  if (digest === undefined) return { verdict: 'not run', detail: missing ?? 'it said nothing' };
  if (digest === expected.digest) return { verdict: 'equal', detail: '' };
  const names = new Set([...Object.keys(expected.sections), ...Object.keys(sections ?? {})]);
  const differing = [...names].filter((name) => sections?.[name] !== expected.sections[name]);
  const where = `in ${differing.join(', ') || 'no section: not the digest of its own sections'}`;
  return { verdict: 'NOT EQUAL', detail: why === undefined ? where : `as is known, ${why}; ${where}` };
}

/** Whether a row is a failure: a difference nobody knew of, or one that did not run when its engine was asked for. */
export const isFailure = ({ verdict, isOptional, isKnown }: Row, isAskedFor: boolean): boolean =>
  (verdict === 'NOT EQUAL' && !isKnown) || (verdict === 'not run' && isAskedFor && !isOptional);
