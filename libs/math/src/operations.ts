import { ShapeError } from './errors.ts';
import { OPERATIONS } from './operations.generated.ts';

/** The elementwise operations, by the names of their definitions in `ops`. */
export type OperationName = keyof typeof OPERATIONS;

/** What a parameter is: one number for each element, for all, for each column, or for each row. */
type Role = 'element' | 'scalar' | 'column' | 'row';

interface Parameter {
  readonly name: string;
  readonly role: Role;
}

/** What an operation takes and gives. */
export interface OperationShape {
  /** In the order of the definition. */
  readonly parameters: readonly Parameter[];
  /** Those that are tensors, and those that are not, each in that order. */
  readonly inputs: readonly Parameter[];
  readonly scalars: readonly Parameter[];
  /** Whether `map` says if all of a result is finite. */
  readonly results: readonly { readonly isChecked: boolean }[];
  /** Whether that is so of any. */
  readonly isChecked: boolean;
  /** Whether it goes row by row: something is for each column or each row. */
  readonly hasRows: boolean;
}

function shapeOf({ parameters, results }: Pick<OperationShape, 'parameters' | 'results'>): OperationShape {
  return {
    parameters,
    results,
    inputs: parameters.filter(({ role }) => role !== 'scalar'),
    scalars: parameters.filter(({ role }) => role === 'scalar'),
    isChecked: results.some(({ isChecked }) => isChecked),
    hasRows: parameters.some(({ role }) => role === 'column' || role === 'row'),
  };
}

export const OPERATION_NAMES = Object.keys(OPERATIONS) as readonly OperationName[];

/** What each operation takes and gives. */
export const OPERATION_SHAPES = Object.fromEntries(
  OPERATION_NAMES.map((name) => [name, shapeOf(OPERATIONS[name])]),
) as Readonly<Record<OperationName, OperationShape>>;

/**
 * Checks what `map` is given, and finds the rows.
 * @returns elements of a row: all there are where nothing is for each column or each row
 * @throws {ShapeError}
 */
export function requireOperation(
  operation: OperationName,
  outs: readonly Float32Array[],
  inputs: readonly Float32Array[],
  scalars: readonly number[],
): number {
  const shape = OPERATION_SHAPES[operation];
  if (outs.length !== shape.results.length) {
    refuse(operation, `gives ${shape.results.length} results, not ${outs.length}`);
  }
  requireNames(operation, 'inputs', inputs.length, shape.inputs);
  requireNames(operation, 'scalars', scalars.length, shape.scalars);
  const { length } = outs[0]!;
  for (const out of outs) requireLength(operation, 'a result', out.length, length);
  let columns: number | undefined;
  let rows: number | undefined;
  for (let i = 0; i < inputs.length; i++) {
    const { name, role } = shape.inputs[i]!;
    const given = inputs[i]!.length;
    if (role === 'element') requireLength(operation, name, given, length);
    else if (role === 'column') requireLength(operation, name, given, (columns ??= given));
    else requireLength(operation, name, given, (rows ??= given));
  }
  return widthOf(operation, length, columns, rows);
}

/** Elements of a row: as many as there are columns, else what the number of rows leaves. */
function widthOf(operation: OperationName, length: number, columns?: number, rows?: number): number {
  if (columns === undefined && rows === undefined) return length;
  const width = columns ?? (rows === 0 ? 0 : length / rows!);
  const rowCount = rows ?? (width === 0 ? 0 : length / width);
  if (Number.isInteger(width) && Number.isInteger(rowCount) && rowCount * width === length) return width;
  const said = [rows, columns].map((count) => count ?? 'any number of').join(' rows and ');
  return refuse(operation, `${length} elements do not make ${said} columns`);
}

function requireNames(
  operation: OperationName,
  what: string,
  given: number,
  wanted: readonly Parameter[],
): void {
  if (given === wanted.length) return;
  const names = wanted.map(({ name }) => name).join(', ');
  refuse(operation, `takes ${wanted.length} ${what} (${names}), not ${given}`);
}

function requireLength(operation: OperationName, name: string, given: number, wanted: number): void {
  if (given === wanted) return;
  refuse(operation, `${name} has ${given} elements where ${wanted} are wanted, as others have`);
}

function refuse(operation: OperationName, complaint: string): never {
  throw new ShapeError(`${operation}: ${complaint}`);
}
