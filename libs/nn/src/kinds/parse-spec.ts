import * as v from 'valibot';
import { NetworkError, type NetworkErrorCode } from '../network-error.ts';

/** Where a specification stands in what a person wrote, and which error it is when it is wrong. */
export interface SpecPlace {
  readonly code: NetworkErrorCode;
  /** "schedule", "model.layers.2" */
  readonly path: string;
}

/**
 * `given`, found to be what `schema` says.
 * @throws {NetworkError} of the place's code: the path, what was expected there, what was found
 */
export function parseSpec<T>(schema: v.GenericSchema<unknown, T>, given: unknown, place: SpecPlace): T {
  const result = v.safeParse(schema, given);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw badSpec(place, v.getDotPath(issue) ?? '', describeIssue(issue, fieldsOf(schema)));
}

/** The error of something wrong at `path` within `place`. */
export const badSpec = (place: SpecPlace, path: string, what: string): NetworkError =>
  new NetworkError(place.code, `${[place.path, path].filter(Boolean).join('.')}: ${what}`);

/** The fields of a schema that is an object's; none of any other. */
const fieldsOf = (schema: object): readonly string[] =>
  'entries' in schema ? Object.keys(schema.entries as object).filter((name) => !name.startsWith('$')) : [];

/** Of a key that is missing or unknown: the words of the library name neither as people do. @param fields of the outermost object */
function describeIssue(issue: v.BaseIssue<unknown>, fields: readonly string[]): string {
  if (issue.type === 'strict_object') {
    if (issue.expected === 'never') {
      const isOutermost = issue.path?.length === 1 && fields.length > 0;
      return `there is no such field${isOutermost ? `; there are ${fields.join(', ')}` : ': leave it out'}`;
    }
    if (issue.expected?.startsWith('"') === true) return 'is missing';
  }
  return issue.message.startsWith('Invalid')
    ? `expected ${issue.expected ?? 'something else'}, found ${issue.received}`
    : `${issue.message}, found ${issue.received}`;
}
