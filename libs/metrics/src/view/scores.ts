/** As it is kept: rows with numbers have none. */
export const accuracyOf = (testAccuracy: number | undefined): { readonly testAccuracy?: number } =>
  testAccuracy === undefined ? {} : { testAccuracy };

/** For people; of rows with numbers none is right or wrong. */
export const describeScore = (loss: number, accuracy: number | undefined, rows: string): string =>
  accuracy === undefined
    ? `the loss of the ${rows} is ${loss.toFixed(4)}`
    : `${(100 * accuracy).toFixed(2)} % of the ${rows} are right`;
