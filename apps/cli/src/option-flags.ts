import { readFileSync } from 'node:fs';
import {
  CommandError,
  decodeText,
  environmentLayer,
  environmentName,
  EXIT,
  fileLayer,
  resolveOptions,
  type OptionLayer,
  type OptionTable,
  type Resolved,
} from '@lockstep/config';
import { Option as Flag, type Command } from 'commander';
import { refuseRetiredSettings } from './retired-settings.ts';

/** Adds a flag for every option of `table`, and `--config`. */
export function addFlags(command: Command, table: OptionTable): Command {
  for (const option of Object.values(table)) {
    const { defaultValue } = option;
    const hasDefault =
      defaultValue !== undefined && !(Array.isArray(defaultValue) && defaultValue.length === 0);
    const fallback = hasDefault ? ` (default: ${describeDefault(defaultValue)})` : '';
    const flag = new Flag(`--${option.flag} ${option.placeholder}`.trimEnd(), `${option.help}${fallback}`);
    if (option.isRepeatable === true) {
      flag.argParser((text, before: readonly string[] = []) => [...before, text]);
    }
    command.addOption(flag);
  }
  const { flag, setting } = exampleOf(table);
  return command
    .option('--config <FILE>', `a JSON file with any of these settings, such as ${setting}`)
    .addHelpText(
      'after',
      `\nEach setting also comes from the environment, as ${environmentName(flag)} does for\n--${flag}. A flag counts more than the environment, the environment more than --config.`,
    );
}

/** A setting that the command takes, by its flag and as a file has it. */
function exampleOf(table: OptionTable): { readonly flag: string; readonly setting: string } {
  if ('lr' in table) return { flag: 'batch-size', setting: '{"lr": 0.1, "batchSize": 128}' };
  const [key, { flag, defaultValue }] = Object.entries(table).find(
    ([, option]) => option.defaultValue !== undefined,
  )!;
  return { flag, setting: `{${JSON.stringify(key)}: ${JSON.stringify(defaultValue)}}` };
}

const describeDefault = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value).replace(/[[\]]/g, '');

/** What the user gave for `table`: flag over environment over file over default. @throws {ConfigError} {CommandError} exit 2 */
export function readFlags<T extends OptionTable>(
  table: T,
  given: Readonly<Record<string, unknown>>,
): Resolved<T> {
  if ('publicUrl' in table) refuseRetiredSettings(process.env);
  const { config, ...flags } = given;
  const file = config ?? process.env[environmentName('config')];
  const layers: OptionLayer[] = [
    { source: 'flag', where: 'the command line', values: flags },
    environmentLayer(table, process.env),
  ];
  if (typeof file === 'string' && file !== '')
    layers.push(fileLayer(table, decodeText(readConfigFile(file), `--config ${file}`), `--config ${file}`));
  return resolveOptions(table, layers);
}

function readConfigFile(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new CommandError(
      EXIT.usage,
      `--config ${file} cannot be read (${(cause as NodeJS.ErrnoException).code}): check the path`,
      {
        cause,
      },
    );
  }
}
