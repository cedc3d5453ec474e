/** Measures Lockstep, and its peers beside it. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { helpText, parseArguments, type Arguments } from './arguments.ts';
import { BenchError } from './bench-error.ts';
import type { BenchmarkCase } from './benchmark-case.ts';
import { cases } from './cases/index.ts';
import { openProcess } from './contender-process.ts';
import { describeMachine } from './machine.ts';
import { installedPeers, installPeers, type PeerName } from './peers.ts';
import { rootFolder } from './paths.ts';
import { reportCase, type CaseReport, type Report } from './report.ts';
import { runCase } from './runner.ts';
import { headingOf, tableOf } from './table.ts';

const caseNames = cases.map(({ name }) => name);

/** The case without the contenders of peers that are not there. */
const withPeers = (benchmark: BenchmarkCase, peers: ReadonlyMap<PeerName, string>): BenchmarkCase => ({
  ...benchmark,
  contenders: benchmark.contenders.filter(({ peer }) => peer === undefined || peers.has(peer)),
});

async function measure(benchmark: BenchmarkCase, rounds: number): Promise<CaseReport> {
  const samples = await runCase(benchmark, {
    rounds,
    open: ({ name }) => openProcess(benchmark.name, name),
    onRound: (round) => process.stderr.write(`${benchmark.name}: round ${round} of ${rounds}\n`),
  });
  return reportCase(benchmark, samples);
}

async function bench({ peers: isWithPeers, rounds, only, json }: Arguments): Promise<boolean> {
  if (isWithPeers) installPeers();
  const peers: ReadonlyMap<PeerName, string> = isWithPeers ? installedPeers() : new Map();
  const { version } = JSON.parse(readFileSync(path.join(rootFolder, 'package.json'), 'utf8')) as {
    version: string;
  };
  const heading = {
    date: new Date().toISOString(),
    machine: describeMachine(),
    versions: { lockstep: version, ...Object.fromEntries(peers) },
    rounds,
  };
  console.log(headingOf(heading));
  const reports: CaseReport[] = [];
  for (const benchmark of cases) {
    if (only.length > 0 && !only.some((text) => benchmark.name.includes(text))) continue;
    const report = await measure(withPeers(benchmark, peers), rounds);
    console.log(`\n${tableOf(report)}`);
    reports.push(report);
  }
  if (json !== undefined) {
    const report: Report = { ...heading, cases: reports };
    writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
  }
  return reports.every(({ requirement }) => requirement?.isMet !== false);
}

try {
  const options = parseArguments(process.argv.slice(2), caseNames);
  if (options.help) console.log(helpText(caseNames));
  else process.exitCode = (await bench(options)) ? 0 : 1;
} catch (error) {
  if (!(error instanceof BenchError)) throw error;
  console.error(`bench: ${error.message}`);
  process.exitCode = error.code === 'bad-argument' ? 2 : 1;
}
