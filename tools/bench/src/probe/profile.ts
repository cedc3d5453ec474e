/** A call in a profile of V8's, as `Runtime.CallFrame` of its protocol. */
interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}

/** The fields read here of `Profiler.Profile`. */
export interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** The fields read here of `HeapProfiler.SamplingHeapProfileNode`. */
export interface HeapNode {
  readonly callFrame: CallFrame;
  readonly selfSize: number;
  readonly children: readonly HeapNode[];
}

/** What one function took, by itself. */
export interface Share {
  readonly where: string;
  /** Microseconds, or bytes. */
  readonly amount: number;
}

/** What each function took by itself, the most first; what ran while the processor waited is no part. */
export function cpuShares({ nodes, samples, timeDeltas }: CpuProfile): readonly Share[] {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const shares = new Map<string, number>();
  samples.forEach((id, index) => {
    const frame = frames.get(id);
    if (frame !== undefined && frame.functionName !== '(idle)') add(shares, frame, timeDeltas[index] ?? 0);
  });
  return sorted(shares);
}

/** What each function allocated by itself, the most first; one of the engine's own is told with who called it. */
export function heapShares(head: HeapNode): readonly Share[] {
  const shares = new Map<string, number>();
  const visit = ({ callFrame, selfSize, children }: HeapNode, caller?: CallFrame): void => {
    if (selfSize > 0) add(shares, callFrame, selfSize, caller);
    const isOwn = callFrame.url !== '';
    for (const child of children) visit(child, isOwn ? callFrame : caller);
  };
  visit(head);
  return sorted(shares);
}

function add(shares: Map<string, number>, frame: CallFrame, amount: number, caller?: CallFrame): void {
  const isBuiltIn = frame.url === '' && caller !== undefined;
  const where = isBuiltIn ? `${placeOf(frame)} < ${placeOf(caller)}` : placeOf(frame);
  shares.set(where, (shares.get(where) ?? 0) + amount);
}

function placeOf({ functionName, url, lineNumber }: CallFrame): string {
  const file = url.split('/').at(-1) ?? '';
  const place = file === '' ? '' : ` ${file}:${lineNumber + 1}`;
  return `${functionName === '' ? '(anonymous)' : functionName}${place}`;
}

const sorted = (shares: ReadonlyMap<string, number>): readonly Share[] =>
  [...shares].map(([where, amount]) => ({ where, amount })).sort((a, b) => b.amount - a.amount);
