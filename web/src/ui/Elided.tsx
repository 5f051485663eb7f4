/**
 * A name that is cut short before its number: `hid…-12`, because the number tells it from its neighbours. What holds it
 * carries the whole name as a label.
 */

export function Elided({ name }: { name: string }) {
  const [, head = name, tail = ''] = /^(.*?)([-_ ]?\d+[a-z]?)?$/.exec(name) ?? [];
  return (
    <span className="flex min-w-0 whitespace-pre">
      <span className="truncate">{head}</span>
      {tail && <span className="shrink-0">{tail}</span>}
    </span>
  );
}
