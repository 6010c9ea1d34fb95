import { Button, Group, Text } from '@mantine/core';
import type { LinkEnd, LinkState } from '@muster/terminal-client';
import { useQuery } from '@tanstack/react-query';
import { Clapperboard, Keyboard, Plus, RefreshCw, TriangleAlert, Undo2 } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { Link } from 'react-router';
import { readFailure } from '../api/failure.ts';
import { identityQuery } from '../api/queries.ts';
import { sessionQuery } from '../sessions/queries.ts';
import { FailureNotice } from '../ui/failure-alert.tsx';
import classes from './connection-bar.module.css';
import { desk } from './desk.ts';
import { endedWell, endWords, stateWords } from './link-words.ts';
import type { TerminalTab } from './terminal-tab.ts';

/** What stands between the person and the shell: a lost connection with its countdown, a silent machine, or the end. */
export function ConnectionBar({ tab }: { tab: TerminalTab }) {
  const { state, droppedInput } = tab.view;
  switch (state.kind) {
    case 'live':
      if (droppedInput === 0) return null;
      return <Bar>What you typed last was not sent ({droppedInput} bytes): somebody else typed meanwhile.</Bar>;
    case 'connecting':
      return <Bar calm>Connecting…</Bar>;
    case 'reconnecting':
      return <Reconnecting tab={tab} state={state} />;
    case 'machine away':
      return <Away until={state.until} />;
    case 'taken over':
      return (
        <Bar>
          {stateWords(state)}.
          <TakeBack tab={tab} />
        </Bar>
      );
    default:
      return <Over tab={tab} end={state} />;
  }
}

function Bar({ calm = false, wrong = false, children }: { calm?: boolean; wrong?: boolean; children: ReactNode }) {
  return (
    <div className={classes.bar} role="status" data-kind={calm ? 'calm' : wrong ? 'wrong' : 'careful'}>
      {children}
    </div>
  );
}

function Reconnecting({ tab, state }: { tab: TerminalTab; state: Extract<LinkState, { kind: 'reconnecting' }> }) {
  const { nextTryAt } = state;
  const left = useSecondsUntil(nextTryAt);
  const { welcome } = tab.view;
  return (
    <Bar>
      <TriangleAlert size={15} aria-hidden />
      <span>
        <b>{stateWords(state)}.</b> {nextTryAt === undefined ? 'Trying now…' : `Trying again in ${left} s`}
        {welcome && (
          <span className={classes.aside}>
            {' '}
            · the shell goes on for {welcome.graceSeconds} s, and what you type is kept
          </span>
        )}
      </span>
      <Button
        size="compact-xs"
        variant="default"
        leftSection={<RefreshCw size={13} />}
        disabled={nextTryAt === undefined}
        onClick={() => tab.retryNow()}
      >
        Retry now
      </Button>
    </Bar>
  );
}

function Away({ until }: { until: number | undefined }) {
  const left = useSecondsUntil(until);
  return (
    <Bar>
      <TriangleAlert size={15} aria-hidden />
      <span>
        <b>The machine does not answer.</b>{' '}
        {until === undefined ? 'Waiting for it' : `The session waits ${left} s for it`}
      </span>
    </Bar>
  );
}

function TakeBack({ tab }: { tab: TerminalTab }) {
  const { data: me } = useQuery(identityQuery);
  const { data: session } = useQuery(sessionQuery(tab.view.sessionId));
  return (
    <Button
      size="compact-xs"
      variant="default"
      leftSection={<Keyboard size={13} />}
      onClick={() => tab.takeOver(session?.createUin === me?.userId)}
    >
      Take it back
    </Button>
  );
}

/** It is over: why, and what can be done about it. */
function Over({ tab, end }: { tab: TerminalTab; end: LinkEnd }) {
  const { sessionId, welcome } = tab.view;
  const { data: session } = useQuery(sessionQuery(end.kind === 'ended' ? sessionId : undefined));
  const again = () => {
    const { subject } = tab;
    desk.close(tab.key);
    desk.open(subject, { kind: 'open', instanceId: subject.instanceId, username: subject.username, reason: '' });
  };
  return (
    <div className={classes.over}>
      {end.kind === 'refused' ? (
        <FailureNotice
          failure={readFailure(end.error)}
          what={sessionId ? 'The session cannot be reached' : 'The terminal was not opened'}
        />
      ) : (
        <Bar calm={endedWell(end)} wrong={!endedWell(end)}>
          <span>
            <b>{endWords(end)}.</b>
            {session?.errorInfo && <span> {session.errorInfo}</span>}
          </span>
        </Bar>
      )}
      <Group gap={6} p={8}>
        <Button size="compact-sm" variant="default" leftSection={<Plus size={14} />} onClick={again}>
          New shell here
        </Button>
        {end.kind === 'unreachable' && sessionId && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<Undo2 size={14} />}
            onClick={() => {
              const { subject } = tab;
              desk.close(tab.key);
              desk.open(subject, { kind: 'resume', sessionId });
            }}
          >
            Look whether it is still there
          </Button>
        )}
        {sessionId && welcome?.recordsOutput && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<Clapperboard size={14} />}
            component={Link}
            to={`/recordings/${sessionId}`}
          >
            Recording
          </Button>
        )}
        <Text size="xs" c="dimmed" className="wide-only">
          The text stays here until the tab is closed.
        </Text>
      </Group>
    </div>
  );
}

/** Whole seconds until then, counted down. */
function useSecondsUntil(at: number | undefined): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (at === undefined) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [at]);
  return Math.max(0, Math.ceil(((at ?? now) - now) / 1_000));
}
