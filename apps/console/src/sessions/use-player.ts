import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { looks, onLooksChange } from '../terminal/looks.ts';
import type { OutsideLink } from '../terminal/outside-link.ts';
import { copyText } from '../ui/copy.tsx';
import { Player, type PlayerView } from './player.ts';
import { type ChainVerdict, readRecording } from './read-recording.ts';

const NONE: PlayerView = { positionMs: 0, durationMs: 0, playing: false, speed: 1, skipsSilence: true };
const nothing = () => () => {};
const none = () => NONE;

/** How far the reading of a recording is. */
export type Reading =
  | { readonly kind: 'reading' }
  | { readonly kind: 'read'; readonly verdict: ChainVerdict }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Reads a recording and plays it from `startMs`, as long as the component is on the page. */
export function usePlayer(sessionId: string, startMs: number, onFollow: (link: OutsideLink) => void) {
  const [player, setPlayer] = useState<Player | null>(null);
  const [reading, setReading] = useState<Reading>({ kind: 'reading' });
  const [attempt, setAttempt] = useState(0);
  const dark = useComputedColorScheme('light') === 'dark';

  // biome-ignore lint/correctness/useExhaustiveDependencies: the address changes while it plays, and colours are told apart
  useEffect(() => {
    const stopped = new AbortController();
    const selected = (text: string) => looks().copySelected && void copyText(text);
    const made = new Player({ followed: onFollow, selected }, dark);
    setPlayer(made);
    setReading({ kind: 'reading' });
    readRecording(sessionId, (events, header) => made.add(events, header), stopped.signal).then(
      (verdict) => {
        if (stopped.signal.aborted) return;
        setReading({ kind: 'read', verdict });
        made.seek(startMs);
        if (!window.matchMedia('(prefers-reduced-motion: reduce)').matches) made.play();
      },
      (error: unknown) => {
        if (stopped.signal.aborted) return;
        // what is no asciicast any more was changed, however the chain stands
        setReading(
          error instanceof SyntaxError
            ? { kind: 'read', verdict: { kind: 'changed', fault: error.message } }
            : { kind: 'failed', error },
        );
      },
    );
    const stopLooks = onLooksChange(() => made.restyle(isDarkNow()));
    return () => {
      stopped.abort();
      stopLooks();
      made.dispose();
    };
  }, [sessionId, attempt]);

  useEffect(() => player?.restyle(dark), [player, dark]);
  const view = useSyncExternalStore(player?.subscribe ?? nothing, player?.view ?? none);
  return { player: player ?? undefined, view, reading, retry: () => setAttempt(attempt + 1) };
}

function isDarkNow(): boolean {
  return document.documentElement.getAttribute('data-mantine-color-scheme') === 'dark';
}
