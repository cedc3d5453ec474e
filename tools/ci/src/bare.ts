/** Runs the README's commands on bare Debian machines, which have Node and npm and nothing else. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { BareError } from './bare/bare-error.ts';
import { output } from './bare/commands.ts';
import { visit, type Visit } from './bare/enter.ts';
import { HELP, readOptions, type Options } from './bare/options.ts';
import { resultsOf, type Outcome } from './bare/outcome.ts';
import { commandsOf } from './bare/readme-commands.ts';
import { readThisMachine, type MachineSettings } from './bare/this-machine.ts';
import { runTool, say, temporaryFolder } from './bare/tool.ts';
import { addClone, addNode, copyTree, makeDebian, workspaceRoot, type UserKind } from './bare/tree.ts';

/** Of the output of a command that failed, how many last lines are shown. */
const SHOWN_LINES = 60;

async function tryMachine(
  place: Pick<Visit, 'tree' | 'user'>,
  name: string,
  options: Options,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { command, isOnline, judge } of commandsOf(options)) {
    const log = `${place.tree}-${outcomes.length}.log`;
    const seen = await visit({ ...place, command, isOnline, log });
    const outcome = judge(`${name}: ${command}${isOnline ? '' : ', without a network'}`, seen);
    outcomes.push(outcome);
    for (const line of outcome.skips) say(line);
    if (outcome.failure !== undefined) say(shownOf(seen.text));
    say(lineOf(outcome));
  }
  return outcomes;
}

const shownOf = (text: string): string => text.trimEnd().split('\n').slice(-SHOWN_LINES).join('\n');

function lineOf({ what, seconds, told, failure }: Outcome): string {
  const result = failure === undefined ? told : `FAILED, ${failure}${told === '' ? '' : ` (${told})`}`;
  return `${what}: ${result}, ${seconds.toFixed(0)} s`;
}

/** A machine for each user that is asked for, with one Node. */
async function tryUsers(
  debian: string,
  at: { readonly suite: string; readonly node: string },
  options: Options,
  machine: MachineSettings,
): Promise<Outcome[]> {
  const withNode = `${debian}-node-${at.node}`;
  await copyTree(debian, withNode);
  await addNode(withNode, { node: at.node, npm: options.npm }, machine);
  const outcomes: Outcome[] = [];
  for (const user of options.users) {
    const tree = `${withNode}-${user}`;
    await copyTree(withNode, tree);
    await addClone(tree, user);
    outcomes.push(...(await tryMachine({ tree, user }, await nameOf(tree, at.suite, user), options)));
    if (!options.isKept) rmSync(tree, { recursive: true, force: true });
  }
  if (!options.isKept) rmSync(withNode, { recursive: true, force: true });
  return outcomes;
}

async function nameOf(tree: string, suite: string, user: UserKind): Promise<string> {
  const { text } = await visit({
    tree,
    user,
    command: 'node --version && npm --version',
    isOnline: true,
    log: `${tree}-versions.log`,
  });
  const [node, npm] = text.trim().split('\n');
  return `${suite}, Node ${node?.slice(1)}, npm ${npm}, ${user === 'root' ? 'root' : 'an ordinary user'}`;
}

async function tryAll(folder: string, options: Options): Promise<Outcome[]> {
  const machine = await readThisMachine();
  const outcomes: Outcome[] = [];
  for (const suite of options.suites) {
    const debian = path.join(folder, suite);
    mkdirSync(debian);
    await makeDebian(suite, debian, { nodes: options.nodes, machine });
    for (const node of options.nodes) {
      outcomes.push(...(await tryUsers(debian, { suite, node }, options, machine)));
    }
    if (!options.isKept) rmSync(debian, { recursive: true, force: true });
  }
  return outcomes;
}

async function tryBareMachines(options: Options): Promise<number> {
  if (process.getuid?.() !== 0) throw new BareError('unavailable', 'only root may make a machine: use sudo');
  const { stdout: changes } = await output(['git', 'status', '--porcelain'], { cwd: workspaceRoot });
  if (changes !== '') say('not all here is committed: what is tried is the last commit');
  const folder = temporaryFolder('bare', options);
  if (options.isKept) say(`trees and logs: ${folder}`);
  const outcomes = await tryAll(folder, options);
  if (options.results !== undefined) {
    writeFileSync(options.results, `${JSON.stringify(resultsOf(outcomes), null, 2)}\n`);
  }
  const failed = outcomes.filter(({ failure }) => failure !== undefined).length;
  say(`${outcomes.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

await runTool({ name: 'bare', help: HELP, readOptions, run: tryBareMachines });
