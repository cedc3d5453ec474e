/** Runs one contender of a case for bench/main, which tells it when to measure. */
import { cases } from './cases/index.ts';
import type { ContenderMessage } from './contender-process.ts';

const HELP = `Usage: node tools/run.mjs bench/contend <case> <contender>

Serves bench/main, which starts it with a channel between the two processes; it does nothing by itself.`;

const say = (message: ContenderMessage): void => void process.send?.(message);

async function contend(caseName: string, contenderName: string): Promise<void> {
  const contender = cases
    .find(({ name }) => name === caseName)
    ?.contenders.find(({ name }) => name === contenderName);
  if (contender === undefined) throw new Error('there is no such contender');
  const { result, measure } = await contender.open();
  process.on('message', () => {
    measure().then((measurement) => say({ type: 'measured', ...measurement }), fail);
  });
  say({ type: 'ready', ...(result !== undefined && { result }) });
}

const fail = (error: unknown): void =>
  say({ type: 'failed', message: error instanceof Error ? error.message : String(error) });

const [caseName, contenderName] = process.argv.slice(2);
if (process.send === undefined || caseName === undefined || contenderName === undefined) {
  const isAsked = caseName === '--help';
  (isAsked ? console.log : console.error)(HELP);
  process.exitCode = isAsked ? 0 : 2;
} else {
  process.once('disconnect', () => process.exit());
  contend(caseName, contenderName).catch(fail);
}
