/** Measures Lockstep, and its peers beside it. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { helpText, parseArguments, type Arguments } from './arguments.ts';
import { BenchError } from './bench-error.ts';
import type { BenchmarkCase } from './benchmark-case.ts';
import { choices } from './cases/choices.ts';
import { cases } from './cases/index.ts';
import { findSettings } from './choose.ts';
import { openProcess } from './contender-process.ts';
import { describeMachine } from './machine.ts';
import { installNpmPeers } from './peers/npm-peers.ts';
import { installedPeers, installPeers, missingPeers, type PeerName } from './peers/peers.ts';
import { installTorch } from './peers/torch-peer.ts';
import { rootFolder } from './paths.ts';
import { isMissed, reportCase, type CaseReport, type Report } from './report.ts';
import { runCase } from './runner.ts';
import { readSettings, type Settings } from './settings.ts';
import { headingOf, tableOf } from './table.ts';

const caseNames = cases.map(({ name }) => name);

/** The case without the contenders of peers that are not there. */
const withPeers = (benchmark: BenchmarkCase, peers: ReadonlyMap<PeerName, string>): BenchmarkCase => ({
  ...benchmark,
  contenders: benchmark.contenders.filter(({ peer }) => peer === undefined || peers.has(peer)),
});

async function measure(
  benchmark: BenchmarkCase,
  mostRounds: number,
  settings: Settings,
): Promise<CaseReport> {
  const rounds = Math.min(mostRounds, benchmark.mostRounds ?? mostRounds);
  const samples = await runCase(benchmark, {
    rounds,
    open: ({ name }) => openProcess(benchmark.name, name, settings),
    onRound: (round) => process.stderr.write(`${benchmark.name}: round ${round} of ${rounds}\n`),
  });
  const report = reportCase(benchmark, samples);
  console.log(`\n${tableOf(report)}`);
  return report;
}

/** @returns why PyTorch is not there to be compared with, which hinders no other comparison */
function tryToInstallTorch(isAnyBuildWanted: boolean): string | undefined {
  try {
    installTorch(isAnyBuildWanted);
    return undefined;
  } catch (error) {
    if (error instanceof BenchError) return error.message;
    throw error;
  }
}

async function bench({ peers: isWithPeers, anyTorch, rounds, only, json }: Arguments): Promise<boolean> {
  if (isWithPeers) installNpmPeers();
  const torchFailure = isWithPeers ? tryToInstallTorch(anyTorch) : undefined;
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
  if (torchFailure !== undefined) console.log(torchFailure);
  const missing = isWithPeers ? missingPeers(peers) : [];
  if (missing.length > 0) {
    console.log(`not here: ${missing.join(', ')}; "npm run bench -- --install" installs them`);
  }
  const chosen = cases
    .filter(({ name }) => only.length === 0 || only.some((text) => name.includes(text)))
    .map((benchmark) => withPeers(benchmark, peers));
  const reports: CaseReport[] = [];
  const settings = await findSettings(choices, chosen, readSettings(), async (benchmark, found) => {
    const report = await measure(benchmark, rounds, found);
    reports.push(report);
    return report;
  });
  for (const benchmark of chosen) reports.push(await measure(benchmark, rounds, settings));
  if (json !== undefined) {
    const report: Report = { ...heading, settings, cases: reports };
    writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
  }
  const missed = reports.filter(isMissed);
  if (missed.length > 0) console.log(`\nMISSED in: ${missed.map(({ name }) => name).join('; ')}`);
  return missed.length === 0;
}

try {
  const options = parseArguments(process.argv.slice(2), caseNames);
  if (options.help) console.log(helpText(caseNames));
  else if (options.install) installPeers(options.anyTorch);
  else process.exitCode = (await bench(options)) ? 0 : 1;
} catch (error) {
  if (!(error instanceof BenchError)) throw error;
  console.error(`bench: ${error.message}`);
  process.exitCode = error.code === 'bad-argument' ? 2 : 1;
}
