import { addressesOption } from './addresses-option.ts';
import {
  choiceOption,
  integerOption,
  listOption,
  nonNegativeOption,
  nonNegativeOrNoneOption,
  switchOption,
  textOption,
  type Option,
} from './option.ts';
import { BOUNDS } from './worker-config.ts';
import { modelOptions } from './model-options.ts';
import { runOptions } from './run-options.ts';

/** Where and how to run; none of it changes a bit. */
const placeOptions = {
  host: textOption<string>({
    flag: 'host',
    placeholder: '<address>',
    defaultValue: '127.0.0.1',
    help: 'address to listen on; any other than loopback asks workers for a token',
  }),
  port: integerOption<number>(
    {
      flag: 'port',
      placeholder: '<port>',
      defaultValue: 7070,
      help: 'port to listen on; 0 for any free one',
    },
    { min: 0, max: 65_535 },
  ),
  publicUrl: addressesOption({
    flag: 'public-url',
    placeholder: '<URL>',
    help: 'an address by which others call this coordinator (a DNS name, a proxy, a path), again for each; printed instead of its own',
  }),
  open: switchOption({
    flag: 'open',
    help: 'let workers in without a token, whatever the --host; viewers and the administrator still need theirs',
  }),
  newToken: switchOption({
    flag: 'new-token',
    help: "make new tokens in place of those of the run's earlier starts, whose links and commands end",
  }),
  linger: nonNegativeOrNoneOption({
    flag: 'linger',
    placeholder: '<seconds>',
    defaultValue: undefined,
    help: 'answer late workers for so long once the run is over (default: 30)',
  }),
  tls: choiceOption<'self-signed' | 'none', undefined>(
    {
      flag: 'tls',
      placeholder: '<self-signed|none>',
      defaultValue: undefined,
      help:
        'self-signed: serve https and wss with a certificate made for this run, for trials, until a start with none ' +
        "(default: as the run's last start)",
    },
    ['self-signed', 'none'],
  ),
  tlsCert: textOption<string | undefined>({
    flag: 'tls-cert',
    placeholder: '<FILE>',
    defaultValue: undefined,
    help: 'certificate chain (PEM): serve https and wss; needs --tls-key',
  }),
  tlsKey: textOption<string | undefined>({
    flag: 'tls-key',
    placeholder: '<FILE>',
    defaultValue: undefined,
    help: 'private key (PEM) of --tls-cert',
  }),
  minWorkers: integerOption<number>(
    {
      flag: 'min-workers',
      placeholder: '<count>',
      defaultValue: 1,
      help: 'workers to wait for before the first step',
    },
    { min: 1, max: 10_000 },
  ),
  maxWorkers: integerOption<number>(
    {
      flag: 'max-workers',
      placeholder: '<count>',
      defaultValue: 256,
      help: 'workers that take part at a time; further ones wait until one leaves',
    },
    { min: 1, max: 10_000 },
  ),
  out: textOption<string | undefined>({
    flag: 'out',
    placeholder: '<dir>',
    defaultValue: undefined,
    help: 'folder for checkpoints, configuration and journal (default: runs/<date>-<dataset>)',
  }),
  spareOut: textOption<string | undefined>({
    flag: 'spare-out',
    placeholder: '<dir>',
    defaultValue: undefined,
    help: 'folder for the last checkpoint where --out takes none, full or gone (default: the temporary folder)',
  }),
  checkpointEvery: integerOption<number>(
    {
      flag: 'checkpoint-every',
      placeholder: '<steps>',
      defaultValue: 1000,
      help: 'steps between two checkpoints; 0 for none by steps',
    },
    { min: 0, max: BOUNDS.totalSteps.max },
  ),
  checkpointMinutes: nonNegativeOption({
    flag: 'checkpoint-minutes',
    placeholder: '<minutes>',
    defaultValue: 5,
    help: 'minutes between two checkpoints, beside those by steps; 0 for none by time',
  }),
  keepCheckpoints: integerOption<number>(
    {
      flag: 'keep-checkpoints',
      placeholder: '<count>',
      defaultValue: 3,
      help: 'newest checkpoints to keep, beside the one at the end',
    },
    { min: 1, max: 1_000_000 },
  ),
  journalMegabytes: integerOption<number>(
    {
      flag: 'journal-megabytes',
      placeholder: '<MB>',
      defaultValue: 256,
      help: 'most that the journal takes of the disk: its beginning and its newest part are kept; 0 for no bound',
    },
    { min: 0, max: 1_000_000_000 },
  ),
  trace: textOption<string | undefined>({
    flag: 'trace',
    placeholder: '<FILE>',
    defaultValue: undefined,
    help: 'write what takes how long, step by step and worker by worker, for Perfetto (ui.perfetto.dev)',
  }),
  init: textOption<string | undefined>({
    flag: 'init',
    placeholder: '<FILE>',
    defaultValue: undefined,
    help: 'start a new run from the weights of this checkpoint that fit by name and shape, and from nothing else of it',
  }),
  dryRun: switchOption({
    flag: 'dry-run',
    help: 'check settings, data, network and memory, say what would be trained, and train and write nothing',
  }),
  findRate: switchOption({
    flag: 'find-rate',
    help: 'try learning rates from 1e-6 to 10 on 100 mini-batches, here alone, say where the loss falls fastest, and write nothing',
  }),
  resume: textOption<string | undefined>({
    flag: 'resume',
    placeholder: '<FILE|DIR|auto|required>',
    defaultValue: undefined,
    help: 'go on from a checkpoint, or the furthest of a run; auto: of --out, or the newest run below runs/; required: fail without',
  }),
};

/** Which kernels compute. */
export const backendOption = choiceOption(
  {
    flag: 'backend',
    placeholder: '<auto|native|wasm|reference>',
    defaultValue: 'auto',
    help: 'kernels to compute with; all give the same bits',
  },
  ['auto', 'native', 'wasm', 'reference'],
);

/** How to print. */
export const formatOption = choiceOption(
  {
    flag: 'format',
    placeholder: '<text|json>',
    defaultValue: 'text',
    help: 'text for people, or one JSON object a line',
  },
  ['text', 'json'],
);

export const workersOption = integerOption<number>(
  {
    flag: 'workers',
    placeholder: '<count>',
    defaultValue: 2,
    help: 'worker processes to start here; 0 trains in one process without sockets',
  },
  { min: 0, max: 256 },
);

const threadsOption = integerOption<number | undefined>(
  {
    flag: 'threads',
    placeholder: '<count>',
    defaultValue: undefined,
    help: 'threads that compute (default: the cores)',
  },
  { min: 1, max: 256 },
);

/** What a worker takes beside the coordinator's address. */
export const workerOptions = {
  name: textOption<string | undefined>({
    flag: 'name',
    placeholder: '<name>',
    defaultValue: undefined,
    help: 'what people see of this worker (default: host name and process id)',
  }),
  backend: backendOption,
  threads: threadsOption,
  giveUpAfter: integerOption<number | undefined>(
    {
      flag: 'give-up-after',
      placeholder: '<seconds>',
      defaultValue: undefined,
      help: 'fail when no coordinator answers for so long (default: keep trying)',
    },
    { min: 1, max: 1_000_000 },
  ),
};

/** An option as it is, which says something else of itself where another command takes it. */
const saying = <O extends Option<unknown>>(help: string, option: O): O => ({ ...option, help });

/** The data of a run that was trained before. */
const ownDataset = textOption<string | undefined>({
  flag: 'dataset',
  placeholder: '<mnist|DIR>',
  defaultValue: undefined,
  help: "where the run's data lies now (default: where it was last found)",
});

/** What judging a checkpoint takes. */
export const evaluateOptions = {
  dataset: saying(
    "data to take the test rows of (default: the run's own, where they were last found)",
    ownDataset,
  ),
  backend: backendOption,
  format: formatOption,
};

/** What showing a run that is over takes. */
export const dashboardOptions = {
  dataset: ownDataset,
  host: saying('address to listen on; any other than loopback asks viewers for a token', placeOptions.host),
  port: placeOptions.port,
  publicUrl: saying(
    'an address by which others call this dashboard (a DNS name, a proxy, a path), again for each; printed instead of its own',
    placeOptions.publicUrl,
  ),
  tls: saying(
    "self-signed: serve https with the run's certificate, or one made now (default: as the run's last start)",
    placeOptions.tls,
  ),
  tlsCert: placeOptions.tlsCert,
  tlsKey: placeOptions.tlsKey,
};

/** What asking a coordinator how it is takes: where it is, as it was told itself. */
export const healthOptions = {
  host: saying('address that the coordinator listens on', placeOptions.host),
  port: saying('port that it listens on', placeOptions.port),
  tls: saying('self-signed: it speaks TLS (default: none)', placeOptions.tls),
  tlsCert: saying('it speaks TLS, with that certificate', placeOptions.tlsCert),
  ready: switchOption({ flag: 'ready', help: 'ask whether it takes workers, not only whether it lives' }),
  timeout: integerOption<number>(
    { flag: 'timeout', placeholder: '<seconds>', defaultValue: 5, help: 'how long an answer may take' },
    { min: 1, max: 3600 },
  ),
};

/** What summing a network up takes: the network, the data that it is for, and the mini-batch. */
export const summaryOptions = {
  dataset: saying(
    'data that the network is for: its rows give the inputs, its classes the outputs',
    runOptions.dataset,
  ),
  ...modelOptions,
  batchSize: saying('rows of a mini-batch', runOptions.batchSize),
  freeze: runOptions.freeze,
  format: formatOption,
};

/** What measuring a machine takes: a network and its mini-batch as a run has them, the threads of a worker. */
export const benchOptions = {
  hidden: runOptions.hidden,
  batchSize: saying('rows of a mini-batch', runOptions.batchSize),
  leafRows: saying('rows of a leaf', runOptions.leafRows),
  backend: backendOption,
  threads: saying('most threads that compute together (default: the cores)', threadsOption),
  format: formatOption,
};

export const coordinatorOptions = {
  ...runOptions,
  ...placeOptions,
  backend: backendOption,
  format: formatOption,
};
export const trainOptions = {
  ...coordinatorOptions,
  linger: saying('answer late workers for so long once the run is over (default: 0)', placeOptions.linger),
  seeds: listOption(
    {
      flag: 'seeds',
      placeholder: '<numbers>',
      defaultValue: [],
      help: 'a run for each of these seeds, one after the other, in folders of their own (--out DIR: DIR/seed-1, ...), then mean and standard deviation of their figures; with --out DIR --resume auto it goes on with them',
    },
    { ...BOUNDS.seed, maxLength: 1000 },
  ),
  workers: workersOption,
  threads: saying(
    'threads of a worker that compute (default: the cores, shared among the workers)',
    threadsOption,
  ),
};

export type OptionTable = Readonly<Record<string, Option<unknown>>>;
/** The values a table of options resolves to. */
export type ValuesOf<T extends OptionTable> = { readonly [K in keyof T]: ReturnType<T[K]['parse']> };
export type CoordinatorOptions = ValuesOf<typeof coordinatorOptions>;
export type DashboardOptions = ValuesOf<typeof dashboardOptions>;
export type TrainOptions = ValuesOf<typeof trainOptions>;
