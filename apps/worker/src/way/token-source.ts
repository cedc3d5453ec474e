import { checkedToken, type WorkerLaunch } from '@lockstep/config';
import { readTokenFile } from '@lockstep/storage';

/**
 * Where a worker has its token from: what it returns is to be shown next, undefined for none. A file is read again each time, since the
 * coordinator that writes it may come after the worker, or make another token.
 * @param say hears, for people, why a file that could be read before cannot be now: what it held last is shown then
 * @throws {CommandError} {StorageError} when the file cannot be read now, or holds what cannot be a token
 */
export function tokenSource(
  { token, tokenFile }: Pick<WorkerLaunch, 'token' | 'tokenFile'>,
  say: (text: string) => void,
): () => string | undefined {
  if (token !== undefined || tokenFile === undefined) return () => token;
  const read = (): string | undefined => checkedToken(`the file ${tokenFile}`, readTokenFile(tokenFile));
  let last = read();
  let said = '';
  return () => {
    try {
      last = read();
      said = '';
    } catch (error) {
      const { message } = error as Error;
      if (message !== said) say(message);
      said = message;
    }
    return last;
  };
}
