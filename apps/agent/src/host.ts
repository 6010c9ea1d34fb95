import { readFileSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import packageJson from '../package.json' with { type: 'json' };
import { machineIdFrom } from './machine-id.ts';

/** The agent's version. */
export const VERSION = packageJson.version;

/** What the agent tells of its machine. */
export interface HostFacts {
  readonly hostName: string;
  readonly localIp: string;
  /** `Linux`, `Windows` or `Darwin`. */
  readonly systemName: string;
  /** Another one after every boot. */
  readonly bootId: string;
  /** Tells this installation of the operating system from every other; empty where it has no id. */
  readonly machineId: string;
}

/** Reads them. `hostName` replaces the machine's own. */
export function hostFacts(hostName = hostname()): HostFacts {
  return {
    hostName,
    localIp: localAddress(),
    systemName: { linux: 'Linux', win32: 'Windows', darwin: 'Darwin' }[process.platform as string] ?? process.platform,
    bootId: firstLine('/proc/sys/kernel/random/boot_id'),
    machineId: machineIdFrom(firstLine('/etc/machine-id') || firstLine('/var/lib/dbus/machine-id')),
  };
}

/** Milliseconds since the machine booted, the clock that the supervisor notes; it goes on counting while the agent is away. */
export function uptimeMs(): number {
  return Math.round(Number.parseFloat(firstLine('/proc/uptime')) * 1_000);
}

function firstLine(file: string): string {
  try {
    return readFileSync(file, 'utf8').split('\n', 1)[0]!.trim();
  } catch {
    return '';
  }
}

function localAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const outward = addresses.filter(({ internal }) => !internal);
  return (outward.find(({ family }) => family === 'IPv4') ?? outward[0] ?? addresses[0])?.address ?? '';
}
