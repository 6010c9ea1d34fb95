import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { BrowserRouter, Navigate, Route, Routes } from 'react-router';
import { createQueries } from './api/queries.ts';
import { CommandFormPage } from './pages/command-form-page.tsx';
import { CommandPage } from './pages/command-page.tsx';
import { CommandsPage } from './pages/commands-page.tsx';
import { HistoryPage } from './pages/history-page.tsx';
import { InstancesPage } from './pages/instances-page.tsx';
import { InvocationPage } from './pages/invocation-page.tsx';
import { MissingPage } from './pages/missing-page.tsx';
import { RunPage } from './pages/run-page.tsx';
import { Door } from './session/door.tsx';
import { Shell } from './shell/shell.tsx';
import { cssVariables, theme } from './theme.ts';

// terminals bring an emulator of their own, which nobody else should wait for
const TerminalPage = lazy(async () => ({ default: (await import('./terminal/terminal-page.tsx')).TerminalPage }));
const SessionsPage = lazy(async () => ({ default: (await import('./sessions/sessions-page.tsx')).SessionsPage }));
const RecordingPage = lazy(async () => ({ default: (await import('./sessions/recording-page.tsx')).RecordingPage }));

const queries = createQueries();
const colorScheme = localStorageColorSchemeManager({ key: 'muster-color-scheme' });

/** Providers and the map from addresses to pages. */
export function App() {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={colorScheme}
      defaultColorScheme="auto"
    >
      <Notifications position="bottom-right" />
      <QueryClientProvider client={queries}>
        {/* the address holds what is typed and ticked, so it has to change with the event and not some time later */}
        <BrowserRouter useTransitions={false}>
          <Door>
            <Shell>
              <Suspense>
                <Routes>
                  <Route path="/" element={<Navigate to="/instances" replace />} />
                  <Route path="/instances" element={<InstancesPage />} />
                  <Route path="/run" element={<RunPage />} />
                  <Route path="/invocations" element={<HistoryPage />} />
                  <Route path="/invocations/:invocationId" element={<InvocationPage />} />
                  <Route path="/commands" element={<CommandsPage />} />
                  <Route path="/commands/new" element={<CommandFormPage />} />
                  <Route path="/commands/:commandId" element={<CommandPage />} />
                  <Route path="/commands/:commandId/edit" element={<CommandFormPage />} />
                  <Route path="/terminal" element={<TerminalPage />} />
                  <Route path="/sessions" element={<SessionsPage />} />
                  <Route path="/recordings/:sessionId" element={<RecordingPage />} />
                  <Route path="*" element={<MissingPage />} />
                </Routes>
              </Suspense>
            </Shell>
          </Door>
        </BrowserRouter>
      </QueryClientProvider>
    </MantineProvider>
  );
}
