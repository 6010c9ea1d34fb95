import { ActionIcon, Drawer, Text, Title, Tooltip, useComputedColorScheme } from '@mantine/core';
import { useLocalStorage, useMediaQuery } from '@mantine/hooks';
import type { AutomationAgentInfo } from '@muster/contract';
import { useQuery } from '@tanstack/react-query';
import { PanelLeftOpen, SquareTerminal } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { fleetQuery } from '../api/queries.ts';
import { Empty } from '../ui/empty.tsx';
import { useAddress } from '../ui/use-address.ts';
import { InstanceTree } from './instance-tree.tsx';
import { LooksMenu } from './looks-menu.tsx';
import { Stage } from './stage.tsx';
import { StartPanel } from './start-panel.tsx';
import { TabStrip } from './tab-strip.tsx';
import classes from './terminal-page.module.css';
import type { TabSubject } from './terminal-tab.ts';
import type { Way } from './ticket.ts';
import { useDesk } from './use-desk.ts';

/** What another page of the console asks this one to do. It travels beside the address, so that no link from outside can. */
export interface TerminalErrand {
  readonly subject: TabSubject;
  readonly way: Exclude<Way, { kind: 'open' }>;
}

/** Machines at the left, their terminals at the right. The address holds the machine that is to be opened next. */
export function TerminalPage() {
  const desk = useDesk();
  const { get, set } = useAddress();
  const { data: fleet } = useQuery(fleetQuery);
  const narrow = useMediaQuery('(max-width: 48em)', window.innerWidth <= 768) ?? false;
  const [hidden, setHidden] = useLocalStorage({ key: 'muster-terminal-tree-hidden', defaultValue: false });
  const [drawer, setDrawer] = useState(false);
  const [anew, setAnew] = useState(false);
  const wanted = get('i');
  const instance = fleet?.items.find(({ instanceId }) => instanceId === wanted);
  const starting = wanted !== '' || anew || desk.active === undefined;

  useErrand();
  useDarkness();
  useVisibleHeight();
  useEffect(() => {
    document.title = 'Terminal · Muster';
    desk.restore();
    return () => desk.lookAway();
  }, [desk]);
  useEffect(() => desk.show(desk.active?.key), [desk]);

  const choose = ({ instanceId }: AutomationAgentInfo) => {
    setDrawer(false);
    set({ i: instanceId });
  };
  const show = (key?: string) => {
    setAnew(false);
    if (wanted) set({ i: '' });
    if (key) desk.show(key);
  };
  const openTree = () => (narrow ? setDrawer(true) : setHidden(false));

  return (
    <div className={classes.page}>
      <Title order={1} className={classes.unseen}>
        Terminal
      </Title>
      {!narrow && !hidden && (
        <aside className={classes.tree}>
          <InstanceTree chosen={wanted} onChoose={choose} onHide={() => setHidden(true)} />
        </aside>
      )}
      <Drawer
        opened={narrow && drawer}
        onClose={() => setDrawer(false)}
        title="Instances"
        size="86%"
        classNames={{ content: classes.drawer!, body: classes.drawerBody! }}
      >
        <InstanceTree chosen={wanted} onChoose={choose} />
      </Drawer>
      <div className={classes.main}>
        <div className={classes.bar}>
          {(narrow || hidden) && (
            <Tooltip label="Show the instances">
              <ActionIcon variant="subtle" color="gray" aria-label="Show the instances" onClick={openTree}>
                <PanelLeftOpen size={17} />
              </ActionIcon>
            </Tooltip>
          )}
          <TabStrip
            starting={starting}
            onShow={show}
            onNew={() => {
              setAnew(true);
              if (narrow || hidden) openTree();
            }}
          />
          <LooksMenu />
        </div>
        <div className={classes.stages}>
          {desk.tabs.map((tab) => (
            <Stage key={tab.key} tab={tab} shown={!starting && tab === desk.active} />
          ))}
          {starting && (
            <div className={classes.start}>
              {instance ? (
                <StartPanel key={instance.instanceId} instance={instance} onOpen={() => show()} />
              ) : (
                <Nothing wanted={wanted} known={fleet !== undefined} />
              )}
            </div>
          )}
        </div>
      </div>
    </div>
  );
}

function Nothing({ wanted, known }: { wanted: string; known: boolean }) {
  if (wanted && known) {
    return (
      <Empty icon={SquareTerminal} title="No such instance">
        You see none with the id <span className="mono">{wanted}</span>.
      </Empty>
    );
  }
  return (
    <Empty icon={SquareTerminal} title="Choose an instance">
      Its terminal opens here, and stays open while you go about in the console.
      <Text size="xs" c="dimmed" mt="sm" component="p">
        Ctrl Shift F searches in a terminal, Ctrl Shift C copies, Ctrl Shift L takes the keyboard out of it.
      </Text>
    </Empty>
  );
}

/** Does what another page asked for, once. */
function useErrand(): void {
  const desk = useDesk();
  const location = useLocation();
  const navigate = useNavigate();
  const errand = (location.state as { errand?: TerminalErrand } | null)?.errand;
  useEffect(() => {
    if (!errand) return;
    void navigate('/terminal', { replace: true, state: null });
    desk.restore();
    desk.open(errand.subject, errand.way);
  }, [errand, desk, navigate]);
}

/** Terminals that look like the console change with it. */
function useDarkness(): void {
  const desk = useDesk();
  const scheme = useComputedColorScheme('light');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read from the page once it has them
  useEffect(() => desk.restyle(), [desk, scheme]);
}

/** The keyboard of some telephones covers the page instead of shrinking it. */
function useVisibleHeight(): void {
  useEffect(() => {
    const seen = window.visualViewport;
    const { style } = document.documentElement;
    const measure = () => style.setProperty('--muster-window', `${Math.floor(seen?.height ?? window.innerHeight)}px`);
    // a page that was made larger with two fingers is as high as before
    const onResize = () => seen?.scale === 1 && measure();
    seen?.addEventListener('resize', onResize);
    return () => {
      seen?.removeEventListener('resize', onResize);
      style.removeProperty('--muster-window');
    };
  }, []);
}
