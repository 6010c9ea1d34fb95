import { useEffect, useRef } from 'react';
import { ConnectionBar } from './connection-bar.tsx';
import { FindBar } from './find-bar.tsx';
import { KeyRow } from './key-row.tsx';
import { Questions } from './questions.tsx';
import classes from './stage.module.css';
import { StatusStrip } from './status-strip.tsx';
import { panelId, tabId } from './tab-strip.tsx';
import type { TerminalTab } from './terminal-tab.ts';

/** One terminal with everything around it. Those that are not shown keep their place, so that they know their size. */
export function Stage({ tab, shown }: { tab: TerminalTab; shown: boolean }) {
  const room = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const element = room.current!;
    tab.leaveFocus = () => document.getElementById(tabId(tab))?.focus();
    tab.mount(element);
    const sizes = new ResizeObserver(() => tab.layout());
    sizes.observe(element);
    return () => sizes.disconnect();
  }, [tab]);

  useEffect(() => {
    if (shown) tab.screen.terminal.focus();
  }, [tab, shown]);

  return (
    <div
      id={panelId(tab)}
      role="tabpanel"
      aria-labelledby={tabId(tab)}
      className={classes.stage}
      data-shown={shown}
      inert={!shown}
    >
      <StatusStrip tab={tab} />
      {(tab.isOver || tab.watches) && <ConnectionBar tab={tab} />}
      <div className={classes.frame} style={{ background: tab.screen.theme.background }}>
        {/* over the text of who drives and not above it: a blip is no reason for a program to draw anew */}
        <div className={classes.over}>{!tab.isOver && !tab.watches && <ConnectionBar tab={tab} />}</div>
        {tab.view.finding && <FindBar search={tab.screen.search} onClose={() => tab.find(false)} />}
        <div ref={room} className={classes.room} />
      </div>
      <div className={classes.keys}>{!tab.isOver && !tab.watches && <KeyRow tab={tab} />}</div>
      {shown && <Questions tab={tab} />}
    </div>
  );
}
