import { ActionIcon, Button, Group, Text, TextInput, Title, Tooltip } from '@mantine/core';
import { RecordingState } from '@muster/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { ArrowLeft, Download, PanelRightClose, PanelRightOpen, Search } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Link, useParams } from 'react-router';
import { LooksMenu } from '../terminal/looks-menu.tsx';
import type { OutsideLink } from '../terminal/outside-link.ts';
import { LinkDialog } from '../terminal/questions.tsx';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { Moment } from '../ui/moment.tsx';
import { useAddress } from '../ui/use-address.ts';
import { ChainMark, ChainWarning } from './chain-mark.tsx';
import { sessions } from './client.ts';
import { clock } from './clock.ts';
import { downloadRecording } from './download-recording.ts';
import { Excerpt } from './hit-list.tsx';
import { PlayerControls, playerKey } from './player-controls.tsx';
import { hitsQuery, LEAST_SEARCHED } from './queries.ts';
import classes from './recording-page.module.css';
import { useInstanceNames } from './use-instance-names.ts';
import { usePlayer } from './use-player.ts';

/** Plays what a session printed, as it was printed. The address holds the second (`t`) and what is searched for (`q`). */
export function RecordingPage() {
  const { sessionId = '' } = useParams();
  const { get, set } = useAddress();
  const [following, setFollowing] = useState<OutsideLink>();
  const startMs = Math.max(0, Number.parseFloat(get('t')) || 0) * 1_000;
  const { player, view, reading, retry } = usePlayer(sessionId, startMs, setFollowing);
  const [panel, setPanel] = useState(() => window.innerWidth > 1_300 || get('q') !== '');
  const room = useRef<HTMLDivElement>(null);

  useEffect(() => {
    document.title = `${sessionId} · Muster`;
  }, [sessionId]);
  useEffect(() => {
    const element = room.current;
    if (!element || !player) return;
    player.screen.mount(element);
    // the keys are those of the page; what is selected is copied from there too
    if (player.screen.terminal.textarea) player.screen.terminal.textarea.tabIndex = -1;
    const sizes = new ResizeObserver(() => player.layout());
    sizes.observe(element);
    return () => sizes.disconnect();
  }, [player]);
  // a link to what is on the screen now
  const pausedAt = view.playing || reading.kind !== 'read' ? undefined : Math.floor(view.positionMs / 1_000);
  useEffect(() => {
    if (pausedAt !== undefined) set({ t: pausedAt === 0 ? '' : String(pausedAt) });
  }, [pausedAt, set]);

  useEffect(() => {
    if (!player) return;
    const onKey = (event: KeyboardEvent) => {
      if (!playerKey(event, player)) return;
      event.preventDefault();
      event.stopPropagation();
    };
    // before the scrubber and the terminal take it
    document.addEventListener('keydown', onKey, true);
    return () => document.removeEventListener('keydown', onKey, true);
  }, [player]);

  return (
    <div className={classes.page}>
      <Head sessionId={sessionId} panel={panel} onPanel={() => setPanel(!panel)}>
        <ChainMark reading={reading} />
      </Head>
      <div className={classes.middle}>
        <div className={classes.player}>
          <ChainWarning reading={reading} />
          {reading.kind === 'failed' && (
            <FailureAlert error={reading.error} what="The recording could not be read" onRetry={retry} />
          )}
          <div className={classes.frame} style={{ background: player?.screen.theme.background }}>
            {/* biome-ignore lint/a11y/noStaticElementInteractions: the button beside the scrubber does the same */}
            <div ref={room} className={classes.room} onDoubleClick={() => player?.toggle()} />
          </div>
          {player && <PlayerControls player={player} view={view} ready={reading.kind === 'read'} />}
        </div>
        {panel && (
          <SearchPanel
            sessionId={sessionId}
            query={get('q')}
            onQuery={(q) => set({ q })}
            onSeek={(ms) => player?.seek(ms)}
          />
        )}
      </div>
      <LinkDialog link={following} onClose={() => setFollowing(undefined)} />
    </div>
  );
}

function Head({
  sessionId,
  panel,
  onPanel,
  children,
}: {
  sessionId: string;
  panel: boolean;
  onPanel: () => void;
  children: ReactNode;
}) {
  const names = useInstanceNames();
  const { data } = useQuery({
    queryKey: ['recording', sessionId],
    queryFn: async () => (await sessions.describeRecordings({ sessionIds: [sessionId] })).recordingSet[0] ?? null,
  });
  const download = useMutation({ mutationFn: downloadRecording });
  const Panel = panel ? PanelRightClose : PanelRightOpen;
  return (
    <div className={classes.head}>
      <Tooltip label="All recordings">
        <ActionIcon
          component={Link}
          to="/sessions?view=recordings"
          variant="subtle"
          color="gray"
          aria-label="All recordings"
        >
          <ArrowLeft size={17} />
        </ActionIcon>
      </Tooltip>
      <div style={{ minWidth: 0 }}>
        <Title order={1} size="h5" className="ellipsis">
          {data ? `${data.username}@${names(data.instanceId)}` : sessionId}
        </Title>
        <Text size="xs" c="dimmed" className="ellipsis" component="div">
          <span className="mono">{sessionId}</span>
          {data && (
            <span className="wide-only">
              {' '}
              · <Moment time={data.startTime} /> · by {data.createUin}
              {data.withInput && ' · with input'}
              {data.recordingState === RecordingState.OPEN && ' · going on'}
            </span>
          )}
        </Text>
      </div>
      {children}
      <Group gap={4} ml="auto" wrap="nowrap">
        <Button
          size="xs"
          variant="default"
          aria-label="Download as .cast"
          loading={download.isPending}
          onClick={() => download.mutate(sessionId)}
        >
          <Download size={15} aria-hidden />
          <span className="wide-only" style={{ marginInlineStart: 6 }}>
            Download .cast
          </span>
        </Button>
        <LooksMenu />
        <Tooltip label={panel ? 'Hide the search' : 'Search in this recording'}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={panel ? 'Hide the search' : 'Search in this recording'}
            onClick={onPanel}
          >
            <Panel size={17} />
          </ActionIcon>
        </Tooltip>
      </Group>
      {download.error && <FailureAlert error={download.error} what="The recording could not be read" />}
    </div>
  );
}

const MOST_HITS = 100;

function SearchPanel({
  sessionId,
  query,
  onQuery,
  onSeek,
}: {
  sessionId: string;
  query: string;
  onQuery: (query: string) => void;
  onSeek: (ms: number) => void;
}) {
  const wanted = query.trim();
  const { data, error } = useQuery(hitsQuery({ query: wanted, sessionId, limit: MOST_HITS }));
  const searching = wanted.length >= LEAST_SEARCHED;
  const hits = searching ? (data?.hits ?? []) : [];
  return (
    <aside className={classes.panel} aria-label="Search in this recording">
      <TextInput
        data-search
        size="xs"
        leftSection={<Search size={15} aria-hidden />}
        value={query}
        onChange={(event) => onQuery(event.currentTarget.value)}
        placeholder="Search what was printed"
        aria-label="Search what was printed"
        spellCheck={false}
      />
      {error && searching && <FailureAlert error={error} what="The recording could not be searched" />}
      <Text size="xs" c="dimmed" aria-live="polite">
        {!searching
          ? wanted && `${LEAST_SEARCHED} characters or more`
          : data && (hits.length === 0 ? 'Nothing found' : `${hits.length}${data.more ? ' and more' : ''} found`)}
      </Text>
      <ul className={classes.hits}>
        {hits.map((hit) => (
          <li key={String(hit.atMs)}>
            <button type="button" className={classes.hit} onClick={() => onSeek(Number(hit.atMs))}>
              <span className={classes.at}>{clock(Number(hit.atMs))}</span>
              <Excerpt hit={hit} />
            </button>
          </li>
        ))}
      </ul>
    </aside>
  );
}
