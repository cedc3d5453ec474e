export { checkJournal, type JournalFigures, type JournalReport, type Violation } from './check-journal.ts';
export { parseJournal, type JournalEntry, type ParsedJournal } from './entry.ts';
