/** Runs one row of the matrix, for chaos/main, which starts it. */
import { Lab } from './lab/lab.ts';
import type { RowEnd } from './row-process.ts';
import { rowOf } from './rows/index.ts';

const [id, shared, seed] = process.argv.slice(2);
const row = id === undefined ? undefined : rowOf(id);

async function runIt(): Promise<RowEnd> {
  const lab = new Lab(shared!, Number(seed));
  const stopped = new Promise<never>((_resolve, reject) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) {
      process.once(signal, () => reject(new Error('stopped')));
    }
  });
  let isPassed = false;
  try {
    const text = await Promise.race([row!.run(lab), stopped]);
    isPassed = true;
    return { isPassed, text };
  } catch (error) {
    const isExpected = error instanceof Error && error.name === 'RowFailure';
    const text = isExpected ? error.message : ((error as Error).stack ?? String(error));
    return { isPassed, text: `${text}; what it left is in ${lab.folder}` };
  } finally {
    await lab.close(!isPassed);
  }
}

if (row === undefined || process.send === undefined) {
  console.error('This is started by chaos/main; see node tools/run.mjs chaos/main --help');
  process.exitCode = 2;
} else {
  const end = await runIt();
  process.send(end, () => process.exit(0));
}
