import { ActionIcon, Button, Group, Menu, Text, Tooltip } from '@mantine/core';
import type { LinkWelcome } from '@muster/terminal-client';
import { useQuery } from '@tanstack/react-query';
import {
  Circle,
  CircleDot,
  CircleSlash,
  Clapperboard,
  EllipsisVertical,
  Eye,
  Keyboard,
  RotateCcw,
  Search,
} from 'lucide-react';
import { Link } from 'react-router';
import { identityQuery } from '../api/queries.ts';
import { session } from '../session/session.ts';
import { useSession } from '../session/use-session.ts';
import { sessionQuery } from '../sessions/queries.ts';
import { useNow } from '../ui/moment.tsx';
import { duration, instant } from '../ui/time.ts';
import classes from './status-strip.module.css';
import type { TerminalTab } from './terminal-tab.ts';

/** Whose terminal it is, how it stands, whether it is recorded, and who else looks. */
export function StatusStrip({ tab }: { tab: TerminalTab }) {
  const { state, sessionId, welcome } = tab.view;
  const { data: me } = useQuery(identityQuery);
  const { data: found } = useQuery({ ...sessionQuery(sessionId), enabled: sessionId !== undefined && !tab.isOver });
  const own = found?.createUin === me?.userId;
  const watchers = found?.watcherUins ?? [];
  const { instanceName, username } = tab.subject;
  return (
    <div className={classes.strip}>
      <Text size="xs" className="ellipsis" style={{ minWidth: 0 }}>
        <b>{username}</b>@{instanceName}
        {sessionId && <span className={`mono ${classes.id}`}>{sessionId}</span>}
      </Text>
      {!tab.isOver && welcome && <RecordingLight welcome={welcome} />}
      {!tab.isOver && watchers.length > 0 && <Watchers uins={watchers} />}
      {!tab.isOver && welcome && <TimeLeft welcome={welcome} startedAt={instant(found?.startTime)} />}
      {!tab.isOver && <SignInLeft />}
      {state.kind === 'live' && (
        <Text size="xs" c="dimmed" className="wide-only">
          {tab.watches ? 'Watching' : 'Connected'}
        </Text>
      )}
      <Group gap={4} wrap="nowrap" ml="auto">
        {tab.watches && state.kind === 'live' && (
          <Button
            size="compact-xs"
            variant="light"
            leftSection={<Keyboard size={13} />}
            onClick={() => tab.takeOver(own)}
          >
            Take over
          </Button>
        )}
        <Tooltip label="Search in this terminal (Ctrl Shift F)">
          <ActionIcon
            size="sm"
            variant="subtle"
            color="gray"
            aria-label="Search in this terminal"
            onClick={() => tab.find(true)}
          >
            <Search size={15} />
          </ActionIcon>
        </Tooltip>
        <MoreMenu tab={tab} />
      </Group>
    </div>
  );
}

/** Recorded, with what is typed or without, or not at all: an icon, a colour and a word. */
function RecordingLight({ welcome: { recordsOutput, recordsInput } }: { welcome: LinkWelcome }) {
  const [Icon, word, hint, kind] = recordsInput
    ? ([CircleDot, 'Recorded with input', 'What is printed and typed is recorded, but no passwords', 'input'] as const)
    : recordsOutput
      ? ([Circle, 'Recorded', 'What is printed is recorded; what is typed is not', 'output'] as const)
      : ([CircleSlash, 'Not recorded', 'Nothing of this session is recorded', 'none'] as const);
  return (
    <Tooltip label={hint}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the hint must be reached without a mouse */}
      <span className={classes.light} data-recorded={kind} tabIndex={0}>
        <Icon size={13} aria-hidden fill={kind === 'output' ? 'currentColor' : 'none'} />
        {word}
      </span>
    </Tooltip>
  );
}

function Watchers({ uins }: { uins: readonly string[] }) {
  return (
    <Tooltip label={`Watching: ${uins.join(', ')}`}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the hint must be reached without a mouse */}
      <span className={classes.watchers} tabIndex={0}>
        <Eye size={13} aria-hidden />
        <span className="wide-only">{uins.length === 1 ? `${uins[0]} watches` : `${uins.length} watch`}</span>
        <span className="narrow-only">{uins.length}</span>
      </span>
    </Tooltip>
  );
}

/** Said only when it matters: a session has an end. */
const SOON_MS = 15 * 60_000;

function TimeLeft({ welcome, startedAt }: { welcome: LinkWelcome; startedAt: number | undefined }) {
  const now = useNow();
  if (startedAt === undefined) return null;
  const left = startedAt + welcome.longestSeconds * 1_000 - now;
  if (left > SOON_MS) return null;
  return <span className={classes.left}>ends in {duration(left)}</span>;
}

/** A shell ends with the sign-in behind it, unless that is renewed. */
function SignInLeft() {
  const now = useNow();
  const signedIn = useSession();
  const left = (signedIn?.expiresAt ?? Number.POSITIVE_INFINITY) - now;
  if (left > SOON_MS) return null;
  return (
    <Button size="compact-xs" variant="light" color="amber" onClick={() => session.expire()}>
      Sign-in ends in {duration(left)}: renew
    </Button>
  );
}

function MoreMenu({ tab }: { tab: TerminalTab }) {
  const { sessionId, welcome } = tab.view;
  return (
    <Menu position="bottom-end" shadow="md" width={230}>
      <Menu.Target>
        <ActionIcon size="sm" variant="subtle" color="gray" aria-label="More">
          <EllipsisVertical size={15} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<RotateCcw size={15} />} onClick={() => tab.screen.terminal.reset()}>
          Reset the screen
        </Menu.Item>
        {sessionId && welcome?.recordsOutput && (
          <Menu.Item leftSection={<Clapperboard size={15} />} component={Link} to={`/recordings/${sessionId}`}>
            Recording so far
          </Menu.Item>
        )}
        {welcome && (
          <Menu.Label>
            {`${welcome.columns}×${welcome.rows} · stays ${duration(welcome.graceSeconds * 1_000)} without a connection, ends after ${duration(welcome.idleSeconds * 1_000)} idle`}
          </Menu.Label>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
