/** The shape of a class beside its name, the same as in the plot. */

export function ShapeIcon({ shape, color, size = 11 }: { shape: number; color: string; size?: number }) {
  const paths = [
    'M6 1.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9z',
    'M2 2h8v8H2z',
    'M6 1 11 10H1z',
    'M6 .5 11.5 6 6 11.5.5 6z',
    'M6 11 1 2h10z',
  ];
  return (
    <svg aria-hidden="true" viewBox="0 0 12 12" width={size} height={size} fill={color} className="shrink-0">
      <path d={paths[shape % paths.length]} />
    </svg>
  );
}
