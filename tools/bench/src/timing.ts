const WARM_UP_MS = 500;
const SAMPLE_MS = 400;

/** Runs `work` until the engine has compiled it, and returns what measures it: milliseconds a call, over about 0.4 s. */
export function timed(work: () => void): () => number {
  let calls = 0;
  const start = performance.now();
  do {
    work();
    calls++;
  } while (performance.now() - start < WARM_UP_MS);
  const callsPerSample = Math.max(1, Math.round((calls * SAMPLE_MS) / (performance.now() - start)));
  return () => {
    const begin = performance.now();
    for (let call = 0; call < callsPerSample; call++) work();
    return (performance.now() - begin) / callsPerSample;
  };
}
