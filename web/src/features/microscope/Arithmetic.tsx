/** How a value comes about, in numbers: what is read, what it is weighed with, the sum, the bias, the value. */

import { type Answer, numberOf } from '../../core/looks';
import { digits, plural } from '../../core/numbers';
import { css, inkOn, signColor } from '../../draw/colors';
import type { FrameArray } from '../../protocol/frames';
import type { Layer } from '../../protocol/messages';
import { usePlotStyle } from '../Canvas';
import { channelsOf, largest, type Channel, type Term, termsOf } from './terms';

const SHOWN_CHANNELS = 3;
const SHOWN_TERMS = 6;
/** Larger kernels are colors without numbers. */
const LARGEST_WITH_NUMBERS = 5;

interface Props {
  readonly answer: Answer;
  readonly layer: Layer;
  readonly place: { readonly row: number; readonly column: number } | null;
}

export function Arithmetic({ answer, layer }: Props) {
  const patch = answer.arrays.get('patch');
  const kernel = answer.arrays.get('kernel');
  const inside = answer.arrays.get('inside');
  const operation = answer.values['operation'];
  return (
    <div className="grid gap-2 text-[12px] tabular-nums" data-testid="arithmetic">
      {operation === 'convolution' && patch && kernel && (
        <Channels channels={channelsOf(patch, kernel)} patch={patch} kernel={kernel} inside={inside} />
      )}
      {operation === 'weighted-sum' && patch && kernel && <Terms terms={termsOf(patch, kernel)} />}
      {(operation === 'maximum' || operation === 'average') && patch && (
        <div>
          <p className="mb-1 text-muted">
            The {operation === 'maximum' ? 'largest value' : 'mean'} of the window, without what lies in the
            padding
          </p>
          <Grid
            array={patch}
            channel={0}
            inside={inside}
            limit={largest(patch)}
            mark={operation === 'maximum'}
          />
        </div>
      )}
      {operation === 'element' && patch && (
        <p className="text-muted">Reads {[...patch.data].map((value) => digits(value)).join(' + ')}</p>
      )}
      {operation === 'other' && <p className="text-muted">The arithmetic of this layer has no short form.</p>}
      <Result answer={answer} layer={layer} />
    </div>
  );
}

/** Sum, bias and activation in one line. */
function Result({ answer, layer }: { answer: Answer; layer: Layer }) {
  const [sum, bias, value] = [numberOf(answer, 'sum'), numberOf(answer, 'bias'), numberOf(answer, 'value')];
  const name = 'activation' in layer ? layer.activation : 'linear';
  const isLinear = name === 'linear';
  return (
    <p data-testid="arithmetic-result">
      {sum !== null && bias !== null && `${digits(sum - bias, 4)} + bias ${digits(bias, 4)} `}
      {sum !== null && !isLinear && `${bias === null ? '' : '= '}${digits(sum, 4)} → ${name} → `}
      {isLinear && '= '}
      <strong className="text-[13px]">{digits(value, 4)}</strong>
    </p>
  );
}

interface ChannelsProps {
  readonly channels: readonly Channel[];
  readonly patch: FrameArray;
  readonly kernel: FrameArray;
  readonly inside: FrameArray | undefined;
}

function Channels({ channels, patch, kernel, inside }: ChannelsProps) {
  const shown = channels.slice(0, SHOWN_CHANNELS);
  const rest = channels.slice(SHOWN_CHANNELS);
  const limits = [largest(patch), largest(kernel)] as const;
  return (
    <div className="grid gap-1.5">
      <p className="text-muted">
        What it reads × kernel{channels.length > 1 && ', the channels that count most first'}
      </p>
      {shown.map(({ channel, sum }) => (
        <div key={channel} className="flex flex-wrap items-center gap-1.5">
          {channels.length > 1 && (
            <span className="w-8 text-muted" title={`Input channel ${channel + 1}`}>
              #{channel + 1}
            </span>
          )}
          <Grid array={patch} channel={channel} inside={inside} limit={limits[0]} />
          <span aria-hidden="true">×</span>
          <Grid array={kernel} channel={channel} limit={limits[1]} />
          <span>= {digits(sum)}</span>
        </div>
      ))}
      {rest.length > 0 && (
        <p className="text-muted">
          {plural(rest.length, 'more channel')}: {digits(rest.reduce((total, { sum }) => total + sum, 0))}
        </p>
      )}
    </div>
  );
}

/** One channel of a window as a small table in sign colors. */
function Grid(props: {
  array: FrameArray;
  channel: number;
  inside?: FrameArray | undefined;
  limit: number;
  /** Whether the largest is framed. */
  mark?: boolean;
}) {
  const { array, channel, inside, limit, mark = false } = props;
  const { theme } = usePlotStyle();
  const [rows = 1, columns = 1, channels = 1] = array.shape;
  const isSmall = Math.max(rows, columns) <= LARGEST_WITH_NUMBERS;
  const cells = Array.from({ length: rows * columns }, (_, at) => ({
    value: array.data[at * channels + channel] ?? 0,
    isInside: (inside?.data[at] ?? 1) > 0,
  }));
  const most = Math.max(...cells.filter(({ isInside }) => isInside).map(({ value }) => value));
  return (
    <span
      role="img"
      aria-label={`${rows} by ${columns}: ${cells.map(({ value }) => digits(value, 2)).join(', ')}`}
      className="inline-grid gap-px"
      style={{ gridTemplateColumns: `repeat(${columns}, ${isSmall ? 34 : 9}px)` }}
    >
      {cells.map(({ value, isInside }, at) => {
        const color = signColor(value / limit, theme);
        return (
          <span
            key={at}
            title={isInside ? digits(value) : 'padding'}
            className={`overflow-hidden text-center text-[10px] ${isSmall ? 'h-5 leading-5' : 'h-[9px]'} ${mark && isInside && value === most ? 'outline-2 -outline-offset-2 outline-ink' : ''}`}
            style={
              isInside
                ? { background: css(color), color: inkOn(color) }
                : { border: '1px dashed var(--line-strong)' }
            }
          >
            {isSmall && isInside && digits(value, 2)}
          </span>
        );
      })}
    </span>
  );
}

function Terms({ terms }: { terms: readonly Term[] }) {
  const rest = terms.slice(SHOWN_TERMS);
  return (
    <div>
      <p className="mb-1 text-muted">The inputs that count most of {plural(terms.length, 'input')}</p>
      <table className="table w-full max-w-80" aria-label="Inputs and weights">
        <thead>
          <tr>
            {['input', 'value', 'weight', 'product'].map((title) => (
              <th key={title} scope="col" className="py-0.5! text-right!">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {terms.slice(0, SHOWN_TERMS).map(({ index, value, weight, product }) => (
            <tr key={index} className="text-right [&>td]:py-0.5">
              <td>{index + 1}</td>
              <td>{digits(value)}</td>
              <td>{digits(weight)}</td>
              <td>{digits(product)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rest.length > 0 && (
        <p className="text-muted">
          {plural(rest.length, 'more input')}: {digits(rest.reduce((sum, { product }) => sum + product, 0))}
        </p>
      )}
    </div>
  );
}
