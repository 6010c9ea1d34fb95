import { ActionIcon, Badge, Button, Group, Text, Tooltip } from '@mantine/core';
import { type Recording, RecordingState } from '@muster/contract';
import { useMutation } from '@tanstack/react-query';
import { Download, Play } from 'lucide-react';
import { Link } from 'react-router';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { Ago, Moment } from '../ui/moment.tsx';
import { duration } from '../ui/time.ts';
import { downloadRecording } from './download-recording.ts';
import type { InstanceNames } from './use-instance-names.ts';

/** Recordings as rows. */
export function RecordingTable({ recordings, names }: { recordings: readonly Recording[]; names: InstanceNames }) {
  const download = useMutation({ mutationFn: downloadRecording });
  return (
    <>
      {download.error && <FailureAlert error={download.error} what="The recording could not be read" />}
      <table className="list">
        <thead>
          <tr>
            <th className="main-column">Recording</th>
            <th className="wide-only">By</th>
            <th className="wide-only">Began</th>
            <th style={{ textAlign: 'right' }} className="wide-only">
              Length
            </th>
            <th style={{ textAlign: 'right' }} className="wide-only">
              Text
            </th>
            <th className="wide-only">Kept until</th>
            <th style={{ textAlign: 'right' }} aria-label="What can be done" />
          </tr>
        </thead>
        <tbody>
          {recordings.map((recording) => (
            <RecordingRow
              key={recording.sessionId}
              recording={recording}
              name={names(recording.instanceId)}
              busy={download.isPending && download.variables === recording.sessionId}
              onDownload={() => download.mutate(recording.sessionId)}
            />
          ))}
        </tbody>
      </table>
    </>
  );
}

function RecordingRow({
  recording,
  name,
  busy,
  onDownload,
}: {
  recording: Recording;
  name: string;
  busy: boolean;
  onDownload: () => void;
}) {
  const { sessionId, username, createUin, startTime, durationMs, textBytes, expireTime, withInput } = recording;
  const to = `/recordings/${sessionId}`;
  return (
    <tr>
      <td style={{ maxWidth: 0 }}>
        <Group gap={8} wrap="nowrap">
          <Link to={to} className="ellipsis" style={{ color: 'inherit', textDecoration: 'none', fontWeight: 550 }}>
            {username}@{name}
          </Link>
          {recording.recordingState === RecordingState.OPEN && <Mark word="Going on" color="petrol" />}
          {withInput && <Mark word="With input" color="amber" />}
        </Group>
        <Text size="xs" c="dimmed" className="ellipsis">
          <span className="mono">{sessionId}</span>
          <span className="narrow-only">
            {' '}
            · <Ago time={startTime} /> · {duration(Number(durationMs))}
          </span>
        </Text>
      </td>
      <td className="wide-only nums">{createUin}</td>
      <td className="wide-only">
        <Moment time={startTime} />
      </td>
      <td className="wide-only nums" style={{ textAlign: 'right', whiteSpace: 'nowrap' }}>
        {duration(Number(durationMs))}
      </td>
      <td className="wide-only nums" style={{ textAlign: 'right', whiteSpace: 'nowrap' }}>
        {size(Number(textBytes))}
      </td>
      <td className="wide-only">
        <Moment time={expireTime} />
      </td>
      <td>
        <Group gap={6} justify="flex-end" wrap="nowrap">
          <Button component={Link} to={to} size="compact-sm" variant="default" aria-label={`Replay ${sessionId}`}>
            <Play size={14} aria-hidden />
            <span className="wide-only" style={{ marginInlineStart: 6 }}>
              Replay
            </span>
          </Button>
          <Tooltip label="Download as .cast">
            <ActionIcon
              variant="default"
              size={26}
              aria-label={`Download ${sessionId}`}
              loading={busy}
              onClick={onDownload}
            >
              <Download size={14} />
            </ActionIcon>
          </Tooltip>
        </Group>
      </td>
    </tr>
  );
}

function Mark({ word, color }: { word: string; color: string }) {
  return (
    <Badge variant="light" color={color} tt="none" fw={550} radius="sm" size="sm" style={{ flexShrink: 0 }}>
      {word}
    </Badge>
  );
}

/** `812 B`, `3.4 kB`, `12 MB`. */
function size(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  const [value, unit] = bytes < 1_000_000 ? [bytes / 1_000, 'kB'] : [bytes / 1_000_000, 'MB'];
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}
