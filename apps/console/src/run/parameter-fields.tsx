import { SimpleGrid, Text, TextInput } from '@mantine/core';

export interface ParameterFieldsProps {
  readonly keys: readonly string[];
  readonly values: Readonly<Record<string, string>>;
  readonly hidden: ReadonlySet<string>;
  /** What stands behind an empty field, by key. */
  readonly defaults?: ReadonlyMap<string, string>;
  readonly descriptions?: ReadonlyMap<string, string>;
  readonly onChange: (values: Readonly<Record<string, string>>) => void;
}

/** A form field for every placeholder of a script. */
export function ParameterFields({ keys, values, hidden, defaults, descriptions, onChange }: ParameterFieldsProps) {
  if (keys.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Write <span className="mono">{'{{name}}'}</span> in the script and a field for it appears here.
      </Text>
    );
  }
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        {keys.map((key) => (
          <TextInput
            key={key}
            label={<span className="mono">{key}</span>}
            description={descriptions?.get(key)}
            placeholder={defaults?.get(key) ? `default: ${defaults.get(key)}` : undefined}
            type={hidden.has(key) ? 'password' : 'text'}
            autoComplete="off"
            value={values[key] ?? ''}
            onChange={(event) => onChange({ ...values, [key]: event.currentTarget.value })}
          />
        ))}
      </SimpleGrid>
      <Text size="xs" c="dimmed" mt={8}>
        Values replace the placeholders as text: quotes and semicolons become part of the script. The environment
        variable <span className="mono">MUSTER_PARAM_&lt;KEY&gt;</span> carries the same value safely.
      </Text>
    </>
  );
}
