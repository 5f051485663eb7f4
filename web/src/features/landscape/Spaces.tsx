/** What the output panel shows instead of the answer: fetched when it is first looked at. */

import type { OutputView } from '../../core/landscape';
import { Landscape } from './Landscape';
import { Warped } from './Warped';

export default function Spaces({ shown }: { shown: Exclude<OutputView, 'answer'> }) {
  return shown === 'warped' ? <Warped /> : <Landscape />;
}
