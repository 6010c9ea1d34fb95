import { Collapse, SimpleGrid, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { ChevronRight } from 'lucide-react';
import { badTimeout } from './run-draft.ts';

/** User, directory and time limit, as typed. */
export interface Surroundings {
  readonly username: string;
  readonly directory: string;
  readonly timeout: string;
}

/** User, directory and time limit, folded away while the defaults do. What is in force can be read without opening. */
export function RunOptions({
  values,
  defaults,
  onChange,
}: {
  values: Surroundings;
  defaults: Surroundings;
  onChange: (change: Partial<Surroundings>) => void;
}) {
  const touched = [values.username, values.directory, values.timeout].some((value) => value !== '');
  const [opened, { toggle }] = useDisclosure(touched);
  const inForce = {
    user: values.username || defaults.username,
    directory: values.directory || defaults.directory,
    timeout: values.timeout || defaults.timeout,
  };
  return (
    <div>
      <UnstyledButton onClick={toggle} aria-expanded={opened} py={4}>
        <Text size="sm" fw={550} component="span" style={{ display: 'inline-flex', alignItems: 'center', gap: 6 }}>
          <ChevronRight
            size={15}
            aria-hidden
            style={{ transform: opened ? 'rotate(90deg)' : 'none', transition: 'transform 120ms' }}
          />
          Options
        </Text>
        <Text size="sm" c="dimmed" component="span" ml={10}>
          as <b>{inForce.user}</b> in <b className="mono">{inForce.directory}</b>, at most {inForce.timeout} s
        </Text>
      </UnstyledButton>
      <Collapse expanded={opened}>
        <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm" pt="xs">
          <TextInput
            label="User"
            placeholder={defaults.username}
            value={values.username}
            onChange={(event) => onChange({ username: event.currentTarget.value })}
          />
          <TextInput
            label="Directory"
            placeholder={defaults.directory}
            value={values.directory}
            onChange={(event) => onChange({ directory: event.currentTarget.value })}
          />
          <TextInput
            label="Timeout in seconds"
            placeholder={defaults.timeout}
            inputMode="numeric"
            value={values.timeout}
            error={badTimeout(values.timeout) && '1 to 86400'}
            onChange={(event) => onChange({ timeout: event.currentTarget.value.trim() })}
          />
        </SimpleGrid>
      </Collapse>
    </div>
  );
}
