import {
  ActionIcon,
  AppShell,
  Burger,
  Button,
  Group,
  Menu,
  Modal,
  NavLink,
  Stack,
  Text,
  UnstyledButton,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import {
  ChevronsUpDown,
  Clapperboard,
  Keyboard,
  LogOut,
  Moon,
  Play,
  ScrollText,
  Server,
  SquareTerminal,
  Sun,
  SunMoon,
  Terminal,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'react-router';
import { tokens } from '../api/clients.ts';
import { identityQuery } from '../api/queries.ts';
import { session } from '../session/session.ts';
import { useSession } from '../session/use-session.ts';
import { useOpenShells } from '../terminal/open-shells.ts';
import { Logo } from '../ui/logo.tsx';
import classes from './shell.module.css';
import { ShortcutHelp, useShortcuts } from './shortcuts.tsx';

const ROOMS = [
  { to: '/run', label: 'Run', icon: Play },
  { to: '/instances', label: 'Instances', icon: Server },
  { to: '/invocations', label: 'History', icon: ScrollText },
  { to: '/commands', label: 'Commands', icon: SquareTerminal },
  { to: '/terminal', label: 'Terminal', icon: Terminal },
  { to: '/sessions', label: 'Sessions', icon: Clapperboard },
] as const;

/** Pages that fill the window and scroll inside. */
const FULL = ['/terminal', '/recordings'];

/** The frame around every page: the rooms at the side, or at the bottom of a narrow screen. */
export function Shell({ children }: { children: ReactNode }) {
  const { pathname } = useLocation();
  const shells = useOpenShells();
  const shortcuts = useShortcuts();
  const isHere = (to: string) => pathname === to || pathname.startsWith(`${to}/`);
  return (
    <AppShell
      navbar={{ width: 216, breakpoint: 'sm', collapsed: { mobile: true } }}
      header={{ height: { base: 52, sm: 0 } }}
      footer={{ height: { base: 58, sm: 0 } }}
      classNames={{ navbar: classes.navbar!, header: classes.header!, footer: classes.footer! }}
    >
      <AppShell.Header hiddenFrom="sm">
        <Group h="100%" px="md" justify="space-between">
          <Brand />
          <Account compact onHelp={shortcuts.open} />
        </Group>
      </AppShell.Header>

      <AppShell.Navbar p="sm">
        <div className={classes.brand}>
          <Brand />
        </div>
        <Stack component="nav" aria-label="Rooms" gap={2} style={{ flexGrow: 1 }}>
          {ROOMS.map(({ to, label, icon: Icon }) => (
            <NavLink
              key={to}
              component={Link}
              to={to}
              label={label}
              active={isHere(to)}
              aria-current={isHere(to) ? 'page' : undefined}
              leftSection={<Icon size={17} aria-hidden />}
              rightSection={to === '/terminal' && shells > 0 && <ShellCount count={shells} />}
              className={classes.room}
            />
          ))}
        </Stack>
        <Account onHelp={shortcuts.open} />
      </AppShell.Navbar>

      <AppShell.Main>
        <div className={FULL.some((each) => isHere(each)) ? classes.full : classes.page}>{children}</div>
      </AppShell.Main>

      <AppShell.Footer hiddenFrom="sm">
        <nav aria-label="Rooms" className={classes.tabs}>
          {ROOMS.map(({ to, label, icon: Icon }) => (
            <Link key={to} to={to} className={classes.tab} aria-current={isHere(to) ? 'page' : undefined}>
              <Icon size={20} aria-hidden />
              {label}
              {to === '/terminal' && shells > 0 && <ShellCount count={shells} />}
            </Link>
          ))}
        </nav>
      </AppShell.Footer>
      <ShortcutHelp opened={shortcuts.opened} onClose={shortcuts.close} />
    </AppShell>
  );
}

function ShellCount({ count }: { count: number }) {
  return (
    <span
      className={classes.count}
      role="img"
      aria-label={count === 1 ? '1 shell is open' : `${count} shells are open`}
    >
      {count}
    </span>
  );
}

function Brand() {
  return (
    <Link to="/instances" className={classes.mark} aria-label="Muster, to the instances">
      <Logo />
      <Text fw={700} fz="lg" lts="-0.01em">
        Muster
      </Text>
    </Link>
  );
}

function Account({ compact = false, onHelp }: { compact?: boolean; onHelp: () => void }) {
  const current = useSession();
  const { data } = useQuery({ ...identityQuery, enabled: current !== undefined });
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const name = data?.userName ?? current?.userName ?? '';
  const shells = useOpenShells();
  const [leaving, { open: ask, close: stay }] = useDisclosure();
  const signOut = () => {
    stay();
    // the token should die with the session; signing out must work also when nobody answers
    const headers = { authorization: `Bearer ${current?.token}` };
    tokens.logout({}, { headers }).catch(() => undefined);
    session.end();
  };
  return (
    <Menu position={compact ? 'bottom-end' : 'top-start'} width={220} shadow="md">
      <Menu.Target>
        {compact ? (
          <Burger size="sm" aria-label="Account and settings" opened={false} />
        ) : (
          <UnstyledButton className={classes.account} aria-label="Account and settings">
            <div style={{ minWidth: 0, flexGrow: 1 }}>
              <Text size="sm" fw={600} className="ellipsis">
                {name}
              </Text>
              <Text size="xs" c="dimmed" className="ellipsis nums">
                {data ? data.accountId : '\u00a0'}
              </Text>
            </div>
            <ChevronsUpDown size={15} aria-hidden />
          </UnstyledButton>
        )}
      </Menu.Target>
      <Menu.Dropdown>
        {data && (
          <Menu.Label>
            {compact && `${name} · `}
            {data.accountId} · {data.region}
          </Menu.Label>
        )}
        <Menu.Label>Appearance</Menu.Label>
        <Group px="sm" pb={6} gap={6}>
          {(
            [
              ['light', Sun],
              ['dark', Moon],
              ['auto', SunMoon],
            ] as const
          ).map(([scheme, Icon]) => (
            <ActionIcon
              key={scheme}
              variant={colorScheme === scheme ? 'light' : 'subtle'}
              color={colorScheme === scheme ? 'petrol' : 'gray'}
              aria-label={`${scheme} colours`}
              aria-pressed={colorScheme === scheme}
              onClick={() => setColorScheme(scheme)}
            >
              <Icon size={16} />
            </ActionIcon>
          ))}
        </Group>
        <Menu.Item leftSection={<Keyboard size={15} />} onClick={onHelp}>
          Keyboard
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<LogOut size={15} />} onClick={shells > 0 ? ask : signOut}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
      <Modal opened={leaving} onClose={stay} title="End your shells and sign out?" centered size="sm">
        <Text size="sm" c="dimmed">
          {shells === 1
            ? 'One shell is open in this window; it ends'
            : `${shells} shells are open in this window; they end`}{' '}
          when you sign out.
        </Text>
        <Group justify="flex-end" mt="lg" gap="xs">
          <Button variant="default" data-autofocus onClick={stay}>
            Stay
          </Button>
          <Button color="brick" onClick={signOut}>
            Sign out
          </Button>
        </Group>
      </Modal>
    </Menu>
  );
}
