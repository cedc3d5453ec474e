/** The run's configuration, for people. */
export const CONFIG_NAME = 'config.json';
export const JOURNAL_NAME = 'journal.ndjson';
