/** Line icons of 16 px. They are decoration: the control that holds one carries the name. */

const PATHS = {
  play: 'M4.5 2.8v10.4l8.5-5.2z',
  pause: 'M4.5 3v10M11.5 3v10',
  step: 'M4 3.2v9.6l6.2-4.8zM12.5 3v10',
  epoch: 'M2.5 3.4v9.2L8 8zM8 3.4v9.2L13.5 8z',
  reset: 'M3 8a5 5 0 1 0 1.6-3.7M3 2.5v3h3',
  dice: 'M3.5 2.5h9a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1zM5.6 5.6h.01M10.4 5.6h.01M8 8h.01M5.6 10.4h.01M10.4 10.4h.01',
  undo: 'M5.5 3 2.5 6l3 3M2.5 6h7a4 4 0 0 1 0 8H6',
  redo: 'M10.5 3l3 3-3 3M13.5 6h-7a4 4 0 0 0 0 8H10',
  menu: 'M2.5 4h11M2.5 8h11M2.5 12h11',
  sun: 'M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1.1 1.1M11.9 11.9 13 13M3 13l1.1-1.1M11.9 4.1 13 3',
  moon: 'M13.5 9.6A6 6 0 0 1 6.4 2.5a6 6 0 1 0 7.1 7.1z',
  down: 'M4 6.2 8 10l4-3.8',
  up: 'M4 9.8 8 6l4 3.8',
  left: 'M10 3.5 5.5 8l4.5 4.5',
  right: 'M6 3.5 10.5 8 6 12.5',
  close: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  upload: 'M8 11V2.5M4.5 6 8 2.5 11.5 6M2.5 10.5v2a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1v-2',
  pencil: 'M2.5 13.5l.8-3.2 7.6-7.6a1.2 1.2 0 0 1 1.7 0l.7.7a1.2 1.2 0 0 1 0 1.7l-7.6 7.6z',
  trash: 'M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.6 9h6.8l.6-9',
  share:
    'M6.4 9.6l3.2-3.2M7.4 4.6l1.4-1.4a2.7 2.7 0 0 1 3.9 3.9l-1.4 1.4M8.6 11.4l-1.4 1.4a2.7 2.7 0 0 1-3.9-3.9l1.4-1.4',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  table: 'M2.5 3h11v10h-11zM2.5 6.5h11M2.5 9.8h11M6.5 3v10',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3l3.2 3.2',
  lock: 'M3.5 7.5h9v6h-9zM5.5 7.5v-2a2.5 2.5 0 0 1 5 0v2',
  warning: 'M8 2 14.5 13.5h-13zM8 6.5v3.2M8 11.6h.01',
  check: 'M3 8.5 6.5 12 13 4.5',
  save: 'M8 2.5V11M4.5 7.5 8 11l3.5-3.5M2.5 13.5h11',
  conv: 'M2.5 2.5h11v11h-11zM2.5 6.2h11M2.5 9.8h11M6.2 2.5v11M9.8 2.5v11',
  pool: 'M2.5 2.5h11v11h-11zM8 2.5v11M2.5 8h11',
  dense: 'M3 4h.01M3 8h.01M3 12h.01M13 5.5h.01M13 10.5h.01M3 4l10 1.5M3 8l10-2.5M3 8l10 2.5M3 12l10-1.5',
  norm: 'M2.5 12.5c3 0 3-9 5.5-9s2.5 9 5.5 9',
  curve: 'M2.5 11.5h4.5L13.5 4',
  drop: 'M2.5 2.5h4v4h-4zM9.5 9.5h4v4h-4zM9.5 2.5h4v4h-4zM3 10l3 3M6 10l-3 3',
  merge: 'M8 13.5V9M8 9 3.5 4.5V2.5M8 9l4.5-4.5V2.5',
  data: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11',
  fit: 'M2.5 6v-3.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10',
  fold: 'M3 8h10M8 1.5v4M6 3.8l2 2 2-2M8 14.5v-4M6 12.2l2-2 2 2',
  stack: 'M2.5 5 8 2l5.5 3L8 8zM2.5 8 8 11l5.5-3M2.5 11 8 14l5.5-3',
  eye: 'M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8zM8 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4z',
  hint: 'M8 2.5a4 4 0 0 0-2.2 7.3c.5.4.7.8.7 1.4h3c0-.6.2-1 .7-1.4A4 4 0 0 0 8 2.5zM6.7 13.5h2.6',
  branch: 'M4.5 2.5v11M4.5 9.5c0-3 7-2 7-5.5M11.5 4V2.5',
  back: 'M12 3.2v9.6L5.8 8zM3.5 3v10',
  picture: 'M2.5 3h11v10h-11zM2.5 11l3.5-3.5 3 3 2-2 2.5 2.5M10.8 5.8h.01',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({
  name,
  size = 16,
  filled = false,
}: {
  name: IconName;
  size?: number;
  filled?: boolean;
}) {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 16 16"
      width={size}
      height={size}
      fill={filled ? 'currentColor' : 'none'}
      stroke="currentColor"
      strokeWidth={1.5}
      strokeLinecap="round"
      strokeLinejoin="round"
      className="shrink-0"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
