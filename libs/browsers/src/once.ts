/** `action` that happens once, however often it is called. */
export const onlyOnce = (action: () => Promise<unknown>): (() => Promise<void>) => {
  let first: Promise<unknown> | undefined;
  return async () => {
    first ??= action();
    await first;
  };
};
