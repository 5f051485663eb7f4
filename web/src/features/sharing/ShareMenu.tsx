/** Share: a link to what is set up, or to this run at this step; and the links there are. */

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';

import { api, sentenceOf } from '../../core/api';
import { count } from '../../core/numbers';
import { captureView } from '../../core/sharedView';
import { Icon } from '../../ui/Icon';
import { Popover } from '../../ui/Popover';
import { studio, useNumbers, usePast, useStudio } from '../studio';

export function ShareMenu() {
  const [open, setOpen] = useState(false);
  return (
    <Popover
      label="Share"
      testId="share"
      open={open}
      onOpenChange={setOpen}
      align="right"
      buttonClass="button-quiet size-8 px-0"
      button={<Icon name="share" />}
      panelClass="w-[min(380px,calc(100vw-24px))] max-sm:fixed max-sm:inset-x-3 max-sm:top-14 max-sm:w-auto p-4"
    >
      <Content />
    </Popover>
  );
}

function Content() {
  const run = useStudio((state) => state.run);
  return (
    <div className="grid gap-4">
      <section className="grid gap-1.5">
        <h3 className="font-medium">Link to this setup</h3>
        <p className="text-muted">
          Data, network and training alone. It works in any Studio that has the data.
        </p>
        <CopyField label="Link to this setup" text={location.href} />
      </section>
      {run !== null && <RunLinks key={run} run={run} />}
    </div>
  );
}

function RunLinks({ run }: { run: string }) {
  const client = useQueryClient();
  const newest = useNumbers((numbers) => numbers.step);
  const step = usePast(({ at }) => at) ?? newest;
  const [made, setMade] = useState<{ address: string; step: number } | null>(null);
  const { data: links = [] } = useQuery({ queryKey: ['shares', run], queryFn: () => api.shares(run) });
  const act = (work: Promise<unknown>) =>
    void work
      .catch((error: unknown) => studio.notify(sentenceOf(error), 'error'))
      .finally(() => void client.invalidateQueries({ queryKey: ['shares', run] }));
  const create = async () => {
    const { path } = await api.share(run, { step, view: captureView() });
    setMade({ address: new URL(path.slice(1), document.baseURI).href, step });
  };
  const revoke = async (id: string) => {
    await api.revokeShare(id);
    setMade(null);
  };
  return (
    <section className="grid gap-1.5 border-t border-line pt-3">
      <h3 className="font-medium">Link to this run</h3>
      <p className="text-muted">
        Whoever has it sees this run at this step, with its timeline, data and weights, and no other run. They
        can rewind it and change nothing. {reach()}
      </p>
      {made === null ? (
        <button type="button" className="button-primary" onClick={() => act(create())}>
          Make a link to step {count(step)}
        </button>
      ) : (
        <>
          <CopyField label={`Link to step ${count(made.step)}`} text={made.address} isNew />
          <p className="text-muted">Copy it now: it is not shown again.</p>
          {made.step !== step && (
            <button type="button" className="link justify-self-start" onClick={() => setMade(null)}>
              Another, to step {count(step)}
            </button>
          )}
        </>
      )}
      {links.length > 0 && (
        <ul className="mt-1 grid max-h-40 gap-1 overflow-y-auto" aria-label="Links to this run">
          {links.map((link) => (
            <li key={link.id} className="flex items-center justify-between gap-3" data-testid="share-link">
              <span className="tabular-nums">
                step {count(link.step)}
                <span className="text-muted"> · {new Date(link.created * 1000).toLocaleString()}</span>
              </span>
              <button type="button" className="button h-7" onClick={() => act(revoke(link.id))}>
                Revoke
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** Who can reach this Studio at all. */
function reach(): string {
  return LOOPBACK.includes(location.hostname)
    ? `The address ${location.hostname} leads nowhere but to this computer. For others, start netlapse --host 0.0.0.0 --allow-host NAME, open the Studio by that name, and make the link there.`
    : `It works for everyone who can reach ${location.host}.`;
}

function CopyField({ label, text, isNew = false }: { label: string; text: string; isNew?: boolean }) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // What made it has gone, and with it the focus.
    if (isNew) field.current?.select();
  }, [isNew]);
  const [said, setSaid] = useState('Copy');
  const copy = async () => {
    field.current?.select();
    try {
      await navigator.clipboard.writeText(text);
      setSaid('Copied');
    } catch {
      setSaid('Press Ctrl+C'); // Browsers copy by themselves on this computer and over HTTPS alone.
    }
  };
  return (
    <div className="flex gap-2">
      <input ref={field} className="field min-w-0 flex-1" aria-label={label} readOnly value={text} />
      <button type="button" className="button shrink-0" onClick={() => void copy()}>
        <Icon name="copy" size={14} /> <span aria-live="polite">{said}</span>
      </button>
    </div>
  );
}
