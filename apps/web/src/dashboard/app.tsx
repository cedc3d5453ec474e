import type { JSX } from 'preact';
import { Bar } from './bar.tsx';
import { BatchPanel } from './batch-panel.tsx';
import { Configuration } from './configuration.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { DoubtBanner, EndingBanner, LobbyPanel, Nothing, TerminalBanner } from './states.tsx';
import { EventList } from './event-list.tsx';
import { LossPanel } from './loss-panel.tsx';
import { connection, facts, isCutOff, live } from './state.ts';
import { ThinkPanel } from './think/think-panel.tsx';
import { Tiles } from './tiles.tsx';
import { WorkerTable } from './worker-table.tsx';

/** The whole dashboard. */
export function App(): JSX.Element {
  const isKnown = facts.value !== undefined && live.value !== undefined;
  if (!isKnown) return <Nothing />;
  const isStale = isCutOff.value && connection.value.type !== 'over';
  const isImage = Number.isInteger(Math.sqrt(facts.value!.config.dataset.featureCount));
  return (
    <>
      <Bar />
      <ConnectionBanner />
      <main class={isStale ? 'stale' : ''}>
        <LobbyPanel />
        <TerminalBanner />
        <DoubtBanner />
        <EndingBanner />
        <div class="hero">
          <LossPanel />
          <Tiles />
        </div>
        <BatchPanel />
        <div class="people">
          <WorkerTable />
          <EventList />
        </div>
        {isImage && <ThinkPanel />}
        <Configuration />
      </main>
    </>
  );
}
