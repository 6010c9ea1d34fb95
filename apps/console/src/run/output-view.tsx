import { Button } from '@mantine/core';
import { OutputStream } from '@muster/contract';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown } from 'lucide-react';
import { useLayoutEffect, useRef, useState } from 'react';
import { inert } from './inert-text.ts';
import classes from './output-view.module.css';
import type { Line } from './task-log.ts';

/** Nearer to the end than this counts as being at the end. */
const NEAR = 12;

/**
 * Lines of output as text and nothing else, of which only those on the screen are in the page. It follows the end until the
 * reader scrolls up, and says how much has arrived since.
 */
export function OutputView({
  lines,
  names,
  wrap,
  going,
  empty,
}: {
  lines: readonly Line[];
  /** Names of machines by task, when lines of several are shown together. */
  names: ReadonlyMap<string, string> | undefined;
  wrap: boolean;
  going: boolean;
  empty: string;
}) {
  const viewport = useRef<HTMLDivElement>(null);
  const scrolledTo = useRef(0);
  // a run that has ended is read from its beginning
  const [following, setFollowing] = useState(going);
  const [seen, setSeen] = useState(0);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => 20,
    overscan: 20,
  });
  const rows = virtual.getVirtualItems();
  const total = virtual.getTotalSize();

  // biome-ignore lint/correctness/useExhaustiveDependencies: every change of length or height moves the end
  useLayoutEffect(() => {
    if (!following || !viewport.current) return;
    viewport.current.scrollTop = viewport.current.scrollHeight;
    scrolledTo.current = viewport.current.scrollTop;
  }, [following, lines.length, total]);

  const onScroll = () => {
    const { scrollTop, scrollHeight, clientHeight } = viewport.current!;
    const atEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    if (following && scrollTop < scrolledTo.current - 2 && !atEnd) {
      setFollowing(false);
      setSeen(lines.length);
    } else if (!following && atEnd && going) setFollowing(true);
    scrolledTo.current = scrollTop;
  };

  const fresh = lines.length - seen;
  return (
    <div className={classes.frame}>
      <div
        ref={viewport}
        className={classes.viewport}
        data-empty={(lines.length === 0 && !going) || undefined}
        onScroll={onScroll}
        role="log"
        aria-live="off"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the output scrolls, and the keyboard has to reach it
        tabIndex={0}
      >
        {lines.length === 0 && <p className={classes.empty}>{empty}</p>}
        <div style={{ height: total, position: 'relative' }}>
          <div className={classes.window} style={{ transform: `translateY(${rows[0]?.start ?? 0}px)` }}>
            {rows.map(({ index, key }) => (
              <div key={key} data-index={index} ref={virtual.measureElement} className={classes.row}>
                <Row line={lines[index]!} name={names?.get(lines[index]!.taskId)} wrap={wrap} />
              </div>
            ))}
          </div>
        </div>
      </div>
      {going && !following && (
        <Button
          size="compact-sm"
          radius="xl"
          className={classes.chip}
          leftSection={<ArrowDown size={14} />}
          onClick={() => setFollowing(true)}
        >
          {fresh > 0 ? `${fresh} new ${fresh === 1 ? 'line' : 'lines'}` : 'Follow'}
        </Button>
      )}
    </div>
  );
}

function Row({ line, name, wrap }: { line: Line; name: string | undefined; wrap: boolean }) {
  const wrong = line.stream === OutputStream.STDERR;
  return (
    <>
      {name === undefined ? (
        <span className={classes.number} aria-hidden>
          {line.continued ? '' : line.number}
        </span>
      ) : (
        <span className={classes.name} title={name}>
          {name}
        </span>
      )}
      <span
        className={classes.mark}
        data-stderr={wrong || undefined}
        title={wrong ? 'standard error' : 'standard output'}
      >
        {wrong ? 'err' : ''}
      </span>
      <span className={classes.text} data-stderr={wrong || undefined} data-wrap={wrap || undefined}>
        {inert(line.text)}
      </span>
    </>
  );
}
