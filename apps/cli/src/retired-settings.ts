import { CommandError, EXIT } from '@lockstep/config';

/**
 * A setting that is not read any more must not be passed over in silence: whoever still gives it relies on it.
 * @throws {CommandError} exit 2, with what to set instead
 */
export function refuseRetiredSettings(environment: Readonly<Record<string, string | undefined>>): void {
  const name = environment['LOCKSTEP_PUBLIC_HOST'];
  if (name === undefined || name === '') return;
  throw new CommandError(
    EXIT.usage,
    'LOCKSTEP_PUBLIC_HOST is not read any more: unset it, and give --public-url or LOCKSTEP_PUBLIC_URL, which takes several ' +
      'addresses with port and path, such as LOCKSTEP_PUBLIC_URL=ws://coordinator:7070,https://train.example.org/lockstep/',
  );
}
