/** What shares a scale: each unit has its own, or a layer has one, or all layers have one. */

import { useStore } from 'zustand';

import { microscopeStore } from '../../core/microscope';
import { Segments } from '../../ui/fields';

export function ScopeChoice() {
  const scope = useStore(microscopeStore, (state) => state.scope);
  return (
    <span className="flex items-center gap-2 text-[12px] text-muted">
      Scale of the
      <Segments
        label="What shares a scale"
        value={scope}
        options={[
          { value: 'unit', title: 'unit' },
          { value: 'layer', title: 'layer' },
          { value: 'network', title: 'network' },
        ]}
        onChange={(next) => microscopeStore.setState({ scope: next })}
      />
    </span>
  );
}
