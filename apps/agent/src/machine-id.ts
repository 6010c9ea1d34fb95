import { createHmac } from 'node:crypto';

/** Whose form of the id this is; never to be changed, or every machine would pass for another one. */
const APPLICATION = 'muster-agent-machine-id-1';

/**
 * What the service is told in the place of the operating system's machine id, which machine-id(5) asks to keep on the machine: 32 hexadecimal
 * characters that follow from it and from nothing else. Empty for none.
 */
export function machineIdFrom(id: string): string {
  // what an image carries before its first boot is nobody's id
  if (id === '' || id === 'uninitialized') return '';
  return createHmac('sha256', id).update(APPLICATION).digest('hex').slice(0, 32);
}
