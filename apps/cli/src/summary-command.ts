import { readFileSync } from 'node:fs';
import {
  CommandError,
  EXIT,
  givenModel,
  type ExitCode,
  type Resolved,
  type summaryOptions,
} from '@lockstep/config';
import { outputsFor, targetWidth } from '@lockstep/data';
import {
  frozenOf,
  NetworkError,
  summaryOf,
  type LayerSummary,
  type ModelSpec,
  type ModelSummary,
} from '@lockstep/nn';
import { loadDataset } from '@lockstep/storage';

/** `lockstep summary`: what a network is, and what a step of it takes. */
export function runSummary(options: Resolved<typeof summaryOptions>): ExitCode {
  const { dataset, batchSize, freeze, format } = options.values;
  const { train } = loadDataset(dataset);
  const facts = { featureCount: train.featureCount, classCount: outputsFor(train) };
  const model = givenModel(options, facts, (file) => readFileSync(file, 'utf8'));
  const summary = summaryOf(model, batchSize, frozenIn(model, freeze));
  const targetBytes = targetWidth(train) * train.labels.BYTES_PER_ELEMENT;
  const rowBytes = batchSize * (facts.featureCount + targetBytes);
  process.stdout.write(
    format === 'json'
      ? `${JSON.stringify({ type: 'summary', ...summary, batchSize, rowBytes })}\n`
      : summaryText(summary, { batchSize, rowBytes }),
  );
  return EXIT.done;
}

/** @throws {CommandError} exit 2 where a name is none of a parameter or layer */
function frozenIn(model: ModelSpec, freeze: readonly string[]): ReadonlySet<string> {
  try {
    return frozenOf(model, freeze);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    throw new CommandError(EXIT.usage, `--freeze: ${error.message}`);
  }
}

/** The mini-batch that a summary is for. */
interface Batch {
  readonly batchSize: number;
  /** Bytes of its rows and labels as they travel. */
  readonly rowBytes: number;
}

/** As a table for people, with the totals below it. */
export function summaryText(summary: ModelSummary, { batchSize, rowBytes }: Batch): string {
  const { input, layers, loss, parameterCount, frozenCount, memoryBytes, weightBytes } = summary;
  const { operations, stepOperations } = summary;
  const header = ['layer', 'kind', 'output', 'parameters', 'operations', 'reads'];
  const rows = [
    ['input', '', shape(input), '', '', ''],
    ...layers.map((layer, index) => [
      layer.name,
      layer.type,
      shape(layer.outputShape),
      number(layer.parameterCount),
      number(layer.operations),
      readsOf(layer, layers[index - 1]?.name ?? 'input'),
    ]),
  ];
  const table = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const isNumber = (column: number): boolean => column === 3 || column === 4;
  const lines = table.map((row) =>
    row
      .map((cell, column) =>
        isNumber(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd(),
  );
  lines.splice(1, 0, '-'.repeat(Math.max(...lines.map((line) => line.length))));
  return [
    ...lines,
    '',
    `loss                ${loss}`,
    `parameters          ${number(parameterCount)} (${bytes(weightBytes)})`,
    ...(frozenCount === 0 ? [] : [`frozen              ${number(frozenCount)} of them`]),
    `operations a row    ${number(operations)} forward, about ${number(stepOperations)} in a step`,
    `a mini-batch        ${number(batchSize)} rows, ${bytes(rowBytes)} as they travel`,
    `a worker and step   ${bytes(weightBytes)} of weights in, as much gradient out`,
    `memory              ${bytes(memoryBytes)} where one process computes whole mini-batches`,
    '',
  ].join('\n');
}

/** Named only where it is not the layer before. */
const readsOf = ({ from }: LayerSummary, before: string): string =>
  from.length === 1 && from[0] === before ? '' : from.join(' + ');

const shape = (lengths: readonly number[]): string => lengths.join(' x ');
const number = (value: number): string => value.toLocaleString('en-US');

function bytes(count: number): string {
  if (count < 1024) return `${count} B`;
  const units = ['KiB', 'MiB', 'GiB'];
  let [value, unit] = [count / 1024, 0];
  while (value >= 1024 && unit < units.length - 1) [value, unit] = [value / 1024, unit + 1];
  return `${value.toFixed(value < 10 ? 1 : 0)} ${units[unit]!}`;
}
