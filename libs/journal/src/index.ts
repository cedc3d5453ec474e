/**
 * Reads the journal of a run, the coordinator's line for each thing that happened, and checks it against what is true of every sound
 * run: each leaf counts once a step, steps go forward one by one and none is lost between two starts, only leased spans count, nobody
 * is lost or refused without a reason, the weights at the end are those of a single process.
 *
 * `parseJournal` takes the text, torn lines and all; `checkJournal` gives violations and figures. For the simulation and for the tests
 * that do damage to real processes: they break a run in every way, and ask here whether anything impossible was written.
 *
 * It knows the lines and not the code that wrote them, so an error there does not repeat itself here. It opens no file.
 */

export { checkJournal, type JournalFigures, type JournalReport, type Violation } from './check-journal.ts';
export { parseJournal, type JournalEntry, type ParsedJournal } from './entry.ts';
