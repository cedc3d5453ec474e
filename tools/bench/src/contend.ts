/** Runs one contender of a case for bench/main, which tells it when to measure. */
import { BenchError } from './bench-error.ts';
import { allCases } from './cases/index.ts';
import type { ContenderMessage } from './contender-process.ts';

const HELP = `Usage: node tools/run.mjs bench/contend <case> <contender>

Serves bench/main, which starts it with a channel between the two processes; it does nothing by itself.`;

const say = (message: ContenderMessage): void => void process.send?.(message);

async function contend(caseName: string, contenderName: string): Promise<void> {
  const contender = allCases
    .find(({ name }) => name === caseName)
    ?.contenders.find(({ name }) => name === contenderName);
  if (contender === undefined) throw new Error('there is no such contender');
  const { result, detail, measure, close } = await contender.open();
  process.once('exit', () => close?.());
  process.on('message', () => {
    measure().then((measurement) => say({ type: 'measured', ...measurement }), fail);
  });
  say({
    type: 'ready',
    ...(result !== undefined && { result }),
    ...(detail !== undefined && { detail }),
  });
}

const fail = (error: unknown): void =>
  say({
    type: 'failed',
    message: error instanceof Error ? error.message : String(error),
    ...(error instanceof BenchError && { code: error.code }),
  });

const [caseName, contenderName] = process.argv.slice(2);
if (process.send === undefined || caseName === undefined || contenderName === undefined) {
  const isAsked = caseName === '--help';
  (isAsked ? console.log : console.error)(HELP);
  process.exitCode = isAsked ? 0 : 2;
} else {
  process.once('disconnect', () => process.exit());
  contend(caseName, contenderName).catch(fail);
}
