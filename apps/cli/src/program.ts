import {
  benchOptions,
  coordinatorOptions,
  dashboardOptions,
  evaluateOptions,
  EXIT,
  healthOptions,
  summaryOptions,
  trainOptions,
  workerOptions,
} from '@lockstep/config';
import { releaseSignals } from '@lockstep/process';
import { Command } from 'commander';
import { runBenchCommand } from './bench-command.ts';
import { runCoordinatorCommand } from './coordinator-command.ts';
import { runDashboardCommand } from './dashboard-command.ts';
import { doctorOptions, runDoctor } from './doctor-command.ts';
import { runEvaluate } from './evaluate-command.ts';
import { runHealthCommand } from './health-command.ts';
import { addFlags, readFlags } from './option-flags.ts';
import { runSummary } from './summary-command.ts';
import { runTrain } from './train-command.ts';
import { version } from './version.ts';
import { runWorkerCommand } from './worker-command.ts';

/** Nothing is lost when a signal ends `command`, and it computes too long to hear of one. */
function atOnce<Result>(command: () => Result): Result {
  releaseSignals();
  return command();
}

/** The whole command line. `setExitCode` hears the status of the command that ran. */
export function makeProgram(setExitCode: (code: number) => void): Command {
  const program = new Command('lockstep')
    .description(
      'Distributed data-parallel training of neural networks: the same run gives the same bits, whoever computes it.',
    )
    .version(version, '-V, --version')
    .usage('COMMAND [options]')
    .exitOverride()
    .showHelpAfterError('(lockstep --help, or lockstep COMMAND --help, says what there is)');
  const command = (usage: string, description: string): Command =>
    program
      .command(usage)
      .description(description)
      .exitOverride()
      .showHelpAfterError(`(lockstep ${usage.split(' ')[0]} --help says what there is)`);

  addFlags(
    command('train', 'train here: a coordinator and worker processes, ended together'),
    trainOptions,
  ).action(async (given: Record<string, unknown>) =>
    setExitCode(await runTrain(readFlags(trainOptions, given))),
  );
  addFlags(
    command('coordinator', 'coordinate a run for workers that are started elsewhere'),
    coordinatorOptions,
  ).action(async (given: Record<string, unknown>) =>
    setExitCode(await runCoordinatorCommand(readFlags(coordinatorOptions, given))),
  );
  addFlags(
    command(
      'worker <URL>',
      'join the run of the coordinator at URL, such as ws://127.0.0.1:7070',
    ).addHelpText(
      'after',
      '\nA coordinator that asks for a token printed it at its start: set LOCKSTEP_TOKEN to it, or give the link that it printed for\n' +
        'browsers as URL. A name and password for a proxy stand in the URL, as wss://NAME:PASSWORD@HOST/PATH/.\n' +
        'Without a coordinator it says why and tries again, for ever unless --give-up-after is given; what waiting does not mend (a\n' +
        'certificate nobody signed, TLS against plain, another server) ends it after three tries with exit status 4.',
    ),
    workerOptions,
  ).action(async (url: string, given: Record<string, unknown>) =>
    setExitCode(await runWorkerCommand(url, readFlags(workerOptions, given).values)),
  );
  addFlags(
    command('dashboard <RUN_DIR>', 'show a run that is over, from its folder'),
    dashboardOptions,
  ).action(async (folder: string, given: Record<string, unknown>) =>
    setExitCode(await runDashboardCommand(folder, readFlags(dashboardOptions, given).values)),
  );
  addFlags(
    command('evaluate <CHECKPOINT>', 'loss and accuracy of a checkpoint on the test rows'),
    evaluateOptions,
  ).action(async (file: string, given: Record<string, unknown>) =>
    setExitCode(await atOnce(() => runEvaluate(file, readFlags(evaluateOptions, given).values))),
  );
  addFlags(
    command('summary', "a network's layers, shapes, parameters, operations, memory and bytes a step"),
    summaryOptions,
  ).action((given: Record<string, unknown>) =>
    setExitCode(atOnce(() => runSummary(readFlags(summaryOptions, given)))),
  );
  addFlags(
    command(
      'health [URL]',
      'exit 0 when a coordinator or a dashboard answers, 1 when not; at --host and --port where no URL is given',
    ),
    healthOptions,
  ).action(async (url: string | undefined, given: Record<string, unknown>) =>
    setExitCode(await atOnce(() => runHealthCommand(url, readFlags(healthOptions, given).values))),
  );
  addFlags(
    command('doctor', 'versions, the backend chosen and why, the golden digest'),
    doctorOptions,
  ).action(async (given: Record<string, unknown>) =>
    setExitCode(await atOnce(() => runDoctor(readFlags(doctorOptions, given).values))),
  );
  addFlags(
    command('bench', 'how fast this machine computes: a product of matrices, and gradients of a network'),
    benchOptions,
  ).action(async (given: Record<string, unknown>) =>
    setExitCode(await atOnce(() => runBenchCommand(readFlags(benchOptions, given).values))),
  );
  program
    .helpCommand(false)
    .command('help [COMMAND]')
    .description('what COMMAND does and takes, or what commands there are')
    .exitOverride()
    .showHelpAfterError('(lockstep help says what there is)')
    .action((name: string | undefined) => {
      const asked = name === undefined ? program : program.commands.find((other) => other.name() === name);
      if (asked === undefined) return program.error(`error: unknown command '${name}'`);
      asked.outputHelp();
      setExitCode(EXIT.done);
    });
  program.argument('[COMMAND]').action((name: string | undefined) => {
    if (name !== undefined) program.error(`error: unknown command '${name}'`);
    program.outputHelp();
    setExitCode(EXIT.usage);
  });
  return program;
}
