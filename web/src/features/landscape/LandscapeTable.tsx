/** A landscape in numbers: some of its rows and columns, and the path. */

import { count, digits } from '../../core/numbers';
import { scaled } from '../../draw/axes';
import { lossAt, type Surface } from '../../draw/landscape';

const MOST = 7;
const MOST_STATES = 12;

export function LandscapeTable({ surface }: { surface: Surface }) {
  const places = Array.from({ length: MOST }, (_, index) => index / (MOST - 1));
  const at = (place: number, range: Surface['a']) =>
    scaled(place, { low: 0, high: 1 }, range.low, range.high);
  const each = Math.max(1, Math.ceil(surface.path.length / MOST_STATES));
  const states = surface.path.filter((_, index) => index % each === 0 || index === surface.path.length - 1);
  return (
    <div
      tabIndex={0}
      role="group"
      aria-label="The landscape as a table"
      className="max-h-96 overflow-auto text-[12px] tabular-nums"
    >
      <table className="w-full">
        <caption className="pb-1 text-left text-muted">Loss at some places of the plane</caption>
        <thead>
          <tr>
            <th scope="col" className="pr-2 text-left font-medium">
              b, a
            </th>
            {places.map((place) => (
              <th key={place} scope="col" className="px-1 text-right font-medium">
                {digits(at(place, surface.a), 2)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[...places].reverse().map((up) => (
            <tr key={up} className="border-t border-line">
              <th scope="row" className="pr-2 text-left font-medium">
                {digits(at(up, surface.b), 2)}
              </th>
              {places.map((across) => (
                <td key={across} className="px-1 text-right">
                  {digits(lossAt(surface, at(across, surface.a), at(up, surface.b)), 2)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {states.length > 0 && (
        <table className="mt-3 w-full">
          <caption className="pb-1 text-left text-muted">The path of the training on the plane</caption>
          <thead>
            <tr>
              {['Step', 'a', 'b', 'Loss on the plane'].map((name) => (
                <th key={name} scope="col" className="text-right font-medium first:text-left">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {states.map(({ step, a, b }) => (
              <tr key={step} className="border-t border-line">
                <td>{count(step)}</td>
                <td className="text-right">{digits(a)}</td>
                <td className="text-right">{digits(b)}</td>
                <td className="text-right">{digits(lossAt(surface, a, b))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
