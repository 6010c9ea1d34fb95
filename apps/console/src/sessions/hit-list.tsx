import { Button, Skeleton, Text } from '@mantine/core';
import type { RecordingHit } from '@muster/contract';
import { useQuery } from '@tanstack/react-query';
import { SearchX } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { inert } from '../run/inert-text.ts';
import { Empty } from '../ui/empty.tsx';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { Ago } from '../ui/moment.tsx';
import { clock } from './clock.ts';
import classes from './hit-list.module.css';
import { hitsQuery } from './queries.ts';
import type { InstanceNames } from './use-instance-names.ts';

const FIRST = 20;
const MOST = 100;

/** Where a text was printed, in which recording and when; each place leads to its second. */
export function HitList({ query, names }: { query: string; names: InstanceNames }) {
  const [limit, setLimit] = useState(FIRST);
  const { data, error, refetch } = useQuery(hitsQuery({ query, limit }));
  if (error)
    return <FailureAlert error={error} what="The recordings could not be searched" onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={160} />;
  return (
    <div className="card" aria-live="polite">
      {data.hits.length === 0 && <Empty icon={SearchX} title="No recording has this text" />}
      {data.hits.map((hit) => (
        <Hit key={`${hit.recording?.sessionId} ${hit.atMs}`} hit={hit} names={names} />
      ))}
      {data.more && limit < MOST && (
        <Button variant="subtle" size="xs" m="xs" onClick={() => setLimit(MOST)}>
          Show more
        </Button>
      )}
      {data.more && limit === MOST && (
        <Text size="xs" c="dimmed" p="sm">
          There are more; look for something longer.
        </Text>
      )}
    </div>
  );
}

function Hit({ hit, names }: { hit: RecordingHit; names: InstanceNames }) {
  const { recording, atMs } = hit;
  if (!recording) return null;
  const { sessionId, username, instanceId, startTime } = recording;
  return (
    <Link to={`/recordings/${sessionId}?t=${Math.floor(Number(atMs) / 1_000)}`} className={classes.hit}>
      <span className={classes.where}>
        <b className="ellipsis">
          {username}@{names(instanceId)}
        </b>
        <Text span size="xs" c="dimmed">
          <Ago time={startTime} />
        </Text>
        <span className={classes.at}>{clock(Number(atMs))}</span>
      </span>
      <Excerpt hit={hit} />
    </Link>
  );
}

/** What stands around a hit, with the hit marked. */
export function Excerpt({ hit: { excerpt, foundAt, foundLength } }: { hit: RecordingHit }) {
  const parts = [
    excerpt.slice(0, foundAt),
    excerpt.slice(foundAt, foundAt + foundLength),
    excerpt.slice(foundAt + foundLength),
  ];
  const [before, found, after] = parts.map((part) => part.split('\n').map(inert).join(' '));
  return (
    <span className={classes.excerpt}>
      {before}
      <mark>{found}</mark>
      {after}
    </span>
  );
}
