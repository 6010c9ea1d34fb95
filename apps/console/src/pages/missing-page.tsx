import { Anchor } from '@mantine/core';
import { MapPinOff } from 'lucide-react';
import { Link } from 'react-router';
import { Empty } from '../ui/empty.tsx';

export function MissingPage() {
  return (
    <div className="card">
      <Empty icon={MapPinOff} title="There is no such page">
        <Anchor component={Link} to="/instances">
          To the instances
        </Anchor>
      </Empty>
    </div>
  );
}
